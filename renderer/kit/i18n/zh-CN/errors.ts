import type { ErrorCode } from '#contract/errors.ts'

/**
 * Every expected failure in two parts: `says` names the rule with its numbers, `todo` what would make it pass.
 * `factsOf` in `kit/fault.ts` turns a failure's data into the words that stand in {{braces}} here.
 */
export const errors = {
  'session/signed-out': { says: '登录已结束。', todo: '请重新登录；未提交的内容仍在本页。' },
  'session/locked': { says: '屏幕已锁定。', todo: '输入口令即可继续，页面内容不变。' },
  'session/wrong-password': {
    says: '用户名或口令不正确，还可尝试 {{triesLeft}} 次。',
    todo: '核对大小写与输入法；忘记口令请联系安全管理员重置。',
  },
  'session/too-many-tries': {
    says: '连续输错次数过多，已暂停登录，{{wait}}后可再试。',
    todo: '等待期满再试，或联系安全管理员重置口令。',
  },
  'session/crowded': { says: '此刻等待核对口令的人太多，本次没有核对。', todo: '过几秒再试；这不算输错。' },
  'session/token-spent': {
    says: '启动链接已使用或已过期，每个链接只能用一次。',
    todo: '重新启动程序，用新打印的链接打开；或直接用账号登录。',
  },
  'session/not-allowed': {
    says: '此操作需要以下角色之一：{{needs}}。',
    todo: '请由具备该角色的人员办理，或请安全管理员调整授权。',
  },
  'session/other-department': {
    says: '只能办理本部门的事项，该对象属于其他部门。',
    todo: '请核对部门；跨部门事项由中心人员代办。',
  },
  'identity/roles-exclude-each-other': {
    says: '三员分立：{{roles}}不能由同一人担任。',
    todo: '只保留其中一个角色，其余授予他人。',
  },
  'identity/role-not-held': {
    says: '{{name}}没有{{roles}}角色，或账号已停用。',
    todo: '令牌只能使用持有人已有的角色：换一个角色，或先为其授权。',
  },
  'identity/name-taken': { says: '名称“{{name}}”已被使用。', todo: '换一个名称再试。' },
  'identity/last-security-administrator': {
    says: '这是最后一名在用的安全管理员，不能停用或取消该角色。',
    todo: '先为另一人授予安全管理员角色。',
  },
  'identity/own-rights': {
    says: '不能修改本人的角色。',
    todo: '请另一名安全管理员修改。',
  },
  'identity/weak-password': {
    says: '口令太弱：至少 {{minLength}} 位，且不能是常见口令。',
    todo: '换一个更长的口令，例如几个不相干的词。',
  },
  'identity/department-missing': { says: '申请人必须归属一个部门。', todo: '选择该人员代表的部门。' },
  'site/already-set-up': { says: '本站点已完成初始化。', todo: '请直接登录。' },
  'store/changed-meanwhile': { says: '{{what}}已被他人改动，本次未保存。', todo: '已载入最新内容，请核对后再提交。' },
  'store/not-found': { says: '找不到{{what}}，可能已被删除。', todo: '返回列表刷新后再选。' },
  'store/full': {
    says: '站点目录所在的磁盘已满，本次未保存；先前保存的内容不受影响。',
    todo: '请系统管理员清理磁盘，然后再试一次。',
  },
  'store/damaged': {
    says: '站点数据库 {{file}} 已损坏，读不出所需的内容。',
    todo: '请系统管理员停止核心，从备份放回该文件后重新启动。',
  },
  'store/in-use': { says: '{{what}}仍被 {{by}} 项占用，不能移除。', todo: '先释放或迁走占用它的对象。' },
  'input/invalid': { says: '{{field}}不符合填写要求。', todo: '请按该项下方的说明修改。' },
  'host/name-unknown': { says: '地址“{{address}}”无法解析。', todo: '检查拼写与 DNS，或直接填写 IP 地址。' },
  'host/refused': {
    says: '{{address}} 的 {{port}} 端口拒绝连接。',
    todo: '确认主机上 SSH 服务已启动、端口正确、防火墙放行。',
  },
  'host/unreachable': {
    says: '{{address}} 在 {{waited}}内没有应答。',
    todo: '确认主机已开机、网络可达、防火墙未丢弃该端口。',
  },
  'host/no-route': {
    says: '到 {{address}} 的网络不通（{{detail}}）。',
    todo: '检查地址是否正确，以及本机的网关与路由。',
  },
  'host/not-ssh': {
    says: '{{address}} 的 {{port}} 端口有应答，但不是 SSH 服务。',
    todo: '核对端口，SSH 一般是 22。',
  },
  'host/algorithms-too-old': {
    says: '主机只提供过旧的 SSH 算法，已拒绝连接（{{detail}}）。',
    todo: '升级主机的 OpenSSH，或在其 sshd_config 中启用较新的算法。',
  },
  'host/ssh-silent': {
    says: '{{address}} 接受了连接，但其 SSH 服务在 {{waited}}内没有应答。',
    todo: '主机可能卡住或过载，请查看其负载与 sshd 日志。',
  },
  'host/handshake-failed': {
    says: '与主机的 SSH 握手没有完成：{{detail}}。',
    todo: '查看主机上 sshd 的日志；常见原因是连接数上限（MaxStartups）或来源地址限制。',
  },
  'host/key-unknown': {
    says: '首次连接，主机密钥未登记：{{algorithm}} {{fingerprint}}。',
    todo: '在主机控制台核对指纹，一致后再确认信任。',
  },
  'host/key-changed': {
    says: '主机密钥与登记的不一致：登记 {{expected}}，现为 {{offered}}（{{algorithm}}）。已停止与它通信。',
    todo: '先查明是否重装过系统；核对新指纹后由系统管理员确认更换。',
  },
  'host/auth-failed': {
    says: '主机不接受用户“{{user}}”的登录凭据，主机允许的方式：{{methods}}。',
    todo: '把站点公钥加入该用户的 authorized_keys，或换用其他凭据。',
  },
  'host/key-revoked': {
    says: '主机出示的密钥已在导入的 known_hosts 中标为吊销：{{algorithm}} {{fingerprint}}。没有与它通信。',
    todo: '在主机上更换 SSH 密钥，再核对新指纹。',
  },
  'host/credential-missing': { says: '缺少登录凭据。', todo: '选择站点密钥，或填写私钥、口令。' },
  'host/private-key-unreadable': {
    says: '私钥无法读取：格式不对，或内容不完整。',
    todo: '粘贴完整的 OpenSSH 或 PEM 私钥，包括首尾两行。',
  },
  'host/passphrase-wrong': {
    says: '私钥口令缺失或不正确。',
    todo: '填写这把私钥的口令；忘记了就换用另一把私钥或站点密钥。',
  },
  'host/agent-unreachable': {
    says: '运行本程序的机器上没有可用的密钥代理。',
    todo: '启动 ssh-agent 并在其环境（SSH_AUTH_SOCK）中启动本程序，或换用其他凭据。',
  },
  'host/socket-missing': {
    says: '主机上找不到 libvirt 套接字，已试：{{tried}}。',
    todo: '在主机上安装并启动 libvirtd（或 virtqemud）。',
  },
  'host/socket-forbidden': {
    says: '用户“{{user}}”无权打开 libvirt 套接字：{{sockets}}。',
    todo: '在主机上把该用户加入 libvirt 组（usermod -aG libvirt {{user}}），然后重试。',
  },
  'host/socket-not-forwarded': {
    says: '主机的 SSH 服务没有接通 {{socket}}（{{detail}}），主机上也没有可代替转发的 nc。',
    todo: '确认 libvirt 服务在运行；在 sshd_config 中设 AllowStreamLocalForwarding yes，或安装 netcat-openbsd。',
  },
  'host/libvirt-down': {
    says: 'libvirt 服务没有在运行：套接字还在，但无人应答（{{detail}}）。',
    todo: '在主机上启动它：systemctl start libvirtd（分模块部署时是 virtqemud），并查看其日志。',
  },
  'host/libvirt-denied': {
    says: 'libvirt 不允许用户“{{user}}”管理虚拟机：{{message}}（代码 {{code}}）。',
    todo: '在主机上把该用户加入 libvirt 组，或为它添加 polkit 规则。',
  },
  'host/libvirt-refused': {
    says: 'libvirt 拒绝了连接：{{message}}（代码 {{code}}）。',
    todo: '按主机的说明处理；常见原因是没有安装 QEMU 驱动（libvirt-daemon-driver-qemu）。',
  },
  'host/libvirt-too-old': { says: 'libvirt 版本为 {{version}}，至少需要 {{needs}}。', todo: '升级主机上的 libvirt。' },
  'host/silent': {
    says: '主机或其 libvirt 服务已 {{waited}}没有应答，显示的是最后一次的数据。',
    todo: '系统在自动重试；可先检查主机电源与网络，再检查 libvirtd 是否卡住。',
  },
  'host/lost': { says: '与主机的连接中断。', todo: '系统在自动重连；若持续中断请检查网络与 SSH 服务。' },
  'host/already-added': { says: '这台主机已登记为“{{name}}”。', todo: '到主机列表中查看，无需重复添加。' },
  'host/not-connected': { says: '主机当前未连接，不能执行操作。', todo: '等待其恢复，或先排除连接故障。' },
  'libvirt/failed': { says: '主机执行失败：{{message}}（libvirt 代码 {{code}}）。', todo: '按主机的说明处理后重试。' },
  'vm/not-found': { says: '主机上找不到虚拟机“{{vm}}”。', todo: '它可能已在别处被删除，请刷新列表。' },
  'vm/wrong-state': { says: '虚拟机现在是“{{state}}”，不能{{action}}。', todo: '等状态改变后再操作。' },
  'vm/busy': { says: '虚拟机正由另一项任务处理。', todo: '等该任务结束，或到任务页查看。' },
  'vm/already-granted': { says: '这台虚拟机已有分配记录。', todo: '请查看已有的分配，无需重复登记。' },
  'vm/still-running': {
    says: '发出关机请求 {{waited}}后虚拟机仍在运行。',
    todo: '客户系统可能没有响应关机信号；可登录系统内关机，或强制断电。',
  },
  'vm/did-not-reboot': {
    says: '发出重启请求 {{waited}}后，客户系统没有重启。',
    todo: '客户系统可能没有响应；可登录系统内重启，或强制断电后再开机。',
  },
  'vm/reboot-unknown': {
    says: '等待期间与主机的连接中断过，不清楚客户系统是否已重启。',
    todo: '登录客户系统查看其运行时长；确未重启可再操作一次。',
  },
  'vm/did-not-start': { says: '虚拟机没有启动，现在是“{{state}}”。', todo: '查看主机日志中的原因后重试。' },
  'request/wrong-state': {
    says: '申请现在是“{{state}}”，不能{{action}}。',
    todo: '他人可能已先办理，请查看最新记录。',
  },
  'request/own': { says: '不能审批自己录入的申请。', todo: '请由另一名审批人办理。' },
  'request/level-not-carried': {
    says: '{{platform}}不承载等保{{level}}级系统，可承载：{{carried}}级。',
    todo: '改选能承载该等级的平台，或核对系统定级。',
  },
  'request/level-unlike-application': {
    says: '申请写明等保{{level}}级，而该应用登记为{{applicationLevel}}级。',
    todo: '核对定级备案，改正其中一处。',
  },
  'request/term-invalid': { says: '使用期限不成立：{{from}} 至 {{until}}。', todo: '截止日期不得早于开始日期或今天。' },
  'request/host-short': {
    says: '{{host}} 的{{pool}}已不够：申请 {{asked}}，可用 {{free}}（可分配 {{limit}}，已分配 {{used}}{{held}}）。',
    todo: '情况在评审后有变化，请改选其他主机。',
  },
  'request/host-unfit': { says: '{{host}} 现在不能承载：{{rule}}。', todo: '情况在评审后有变化，请改选其他主机。' },
  'request/no-host-fits': {
    says: '{{hosts}} 台主机都放不下这台虚拟机。',
    todo: '查看各主机的不满足项；可减小规格、回收闲置或扩容。',
  },
  'quota/short': {
    says: '部门{{pool}}配额不足：申请 {{asked}}，可用 {{free}}（配额 {{limit}}，已用 {{used}}，办理中预留 {{reserved}}）。',
    todo: '减小申请，或由审批人调整该部门配额。',
  },
  'pool/short': {
    says: '平台{{pool}}不足：申请 {{asked}}，可用 {{free}}（可分配 {{limit}}，已分配 {{used}}{{held}}）。',
    todo: '减小申请、回收闲置虚拟机，或增加主机。',
  },
  'job/superseded': { says: '客户系统没有响应，已改为强制断电，不再等待。', todo: '到任务页查看强制断电的结果。' },
  'job/wrong-state': { says: '任务现在是“{{state}}”，不能{{action}}。', todo: '请查看任务的最新状态。' },
  'audit/broken': { says: '审计链在第 {{seq}} 条断开：{{fault}}。', todo: '停止改动，保全站点数据并报告审计员。' },
  internal: { says: '程序内部出错，编号 {{ref}}。', todo: '可重试一次；仍然出错请把编号告知维护人员。' },
} as const satisfies Record<ErrorCode, { says: string; todo: string }>

/** What the page itself finds out, and codes of a newer core that this page does not know yet. */
export const clientErrors = {
  'client/offline': { says: '与云龙服务的连接中断。', todo: '系统在自动重连，恢复后请再试一次。' },
  'client/wrong-own-password': {
    says: '口令不正确，还可尝试 {{triesLeft}} 次。',
    todo: '核对大小写与输入法；忘记口令请联系安全管理员重置。',
  },
  'client/unexpected': { says: '没有得到可理解的答复。', todo: '请重试；仍然出错请联系维护人员。' },
  unknown: { says: '出现了本页不认识的情况（{{code}}）。', todo: '刷新页面后再看；仍然如此请联系维护人员。' },
} as const

/** What is amiss with a host or a machine without anybody having asked for anything. */
export const alerts = {
  'alert/clock-off': {
    says: '主机时钟{{direction}} {{offset}}（超过 2 秒告警）。',
    todo: '检查主机的时间同步服务（chrony 或 NTP）。',
  },
  'alert/pool-full': {
    says: '存储池 {{pool}} 已用 {{used}}，仅余 {{free}}。',
    todo: '清理或扩容该存储池，或把虚拟机迁往其他主机。',
  },
  'alert/pool-inactive': {
    says: '存储池 {{pool}} 未激活，其容量没有计入。',
    todo: '在主机上激活该存储池，或移除其定义。',
  },
  'alert/vm-crashed': { says: '虚拟机在 {{host}} 上崩溃停机。', todo: '查看客户系统与主机日志，确认后重新开机。' },
  'alert/same-machine': {
    says: '与主机 {{other}} 是同一台机器，容量被重复计算。',
    todo: '核对两条登记的地址，移除其中一条。',
  },
  'alert/vms-run-twice': {
    says: '有 {{machines}} 台虚拟机同时在多台主机（{{hosts}}）上运行：{{names}}。',
    todo: '两处会写坏同一份数据：立即核对，关闭不该运行的一处。',
  },
  'alert/vms-defined-twice': {
    says: '有 {{machines}} 台虚拟机在多台主机（{{hosts}}）上都有定义：{{names}}。',
    todo: '多为迁移或复制后的残留：确认后移除不用的一份，以免误开机。',
  },
  'alert/vms-missing': {
    says: '有 {{machines}} 台已分配的虚拟机不在这台主机上：{{names}}。',
    todo: '可能被移除、迁往他处，或主机重装过：与使用部门核对，恢复虚拟机或通知收回分配。',
  },
  'alert/vms-stray': {
    says: '有 {{machines}} 台由云龙创建的虚拟机没有分配记录：{{names}}。',
    todo: '多为任务中断后的残留：核对后登记其归属部门，或在主机上移除。',
  },
  'alert/partly-read': {
    says: '有 {{parts}} 项数据读取失败：{{first}}',
    todo: '其余数据正常；持续出现请检查主机上的 libvirt 服务。',
  },
} as const
