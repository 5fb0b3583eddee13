import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

/** Puts a text on the clipboard. Pages served without TLS have no clipboard interface: then by an invisible field. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.style.cssText = 'position:fixed;opacity:0'
    document.body.append(field)
    field.select()
    document.execCommand('copy')
    field.remove()
  }
}

/** Copies a text and says so for a moment. */
export function CopyButton(props: { readonly text: string; readonly label?: string; readonly isSmall?: boolean }) {
  const { t } = useTranslation('common')
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <Button
      size={props.isSmall ? 'small' : 'middle'}
      icon={isCopied ? <CheckOutlined aria-hidden /> : <CopyOutlined aria-hidden />}
      aria-live="polite"
      onClick={() => void copy(props.text).then(() => setCopied(true))}
    >
      {isCopied ? t('copied') : (props.label ?? t('copy'))}
    </Button>
  )
}
