import { App, Form, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useAct } from '#client/hooks.ts'
import { rpc } from '#client/index.ts'
import { OwnPasswordFailed } from '../gate/OwnPasswordFailed.tsx'
import { PASSWORD_MIN, PasswordField } from '../gate/PasswordField.tsx'

type Fields = { readonly current: string; readonly next: string; readonly again: string }

/** Ties the dialog's button to the form, so that Enter sends it too. */
const FORM = 'change-password'

export function ChangePassword({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['frame', 'common'])
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const change = useAct(async ({ current, next }: Fields) => rpc.session.changePassword({ current, next }))
  const submit = async (fields: Fields) => {
    if (!(await change.run(fields))) return
    void message.info(t('passwordChanged'))
    onClose()
  }
  const required = { required: true, message: t('common:required') }
  return (
    <Modal
      open
      title={t('changePassword')}
      okText={t('changePassword')}
      confirmLoading={change.isRunning}
      okButtonProps={{ htmlType: 'submit', form: FORM }}
      onCancel={onClose}
    >
      <Form<Fields>
        id={FORM}
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={fields => void submit(fields)}
      >
        <Form.Item name="current" label={t('currentPassword')} rules={[required]}>
          <PasswordField autoFocus autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="next"
          label={t('nextPassword')}
          extra={t('passwordRule', { n: PASSWORD_MIN })}
          rules={[required, { min: PASSWORD_MIN, message: t('passwordRule', { n: PASSWORD_MIN }) }]}
        >
          <PasswordField autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('repeatPassword')}
          dependencies={['next']}
          rules={[
            required,
            ({ getFieldValue }) => ({
              validator: (_rule, value) =>
                value === getFieldValue('next') ? Promise.resolve() : Promise.reject(new Error(t('passwordsDiffer'))),
            }),
          ]}
        >
          <PasswordField autoComplete="new-password" />
        </Form.Item>
        {change.failure && <OwnPasswordFailed failure={change.failure} />}
      </Form>
    </Modal>
  )
}
