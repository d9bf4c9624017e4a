subject-invite = { $inviter } 邀请您加入“{ $title }”
subject-invite-unknown = 邀请您加入“{ $title }”
subject-meet = { $inviter } 邀请您参加会议：“{ $title }”
subject-meet-unknown = 邀请您参加会议：“{ $title }”
subject-cancel = 会议已取消：“{ $title }”
sender = { $inviter }（通过 { $product }）
untitled = 无标题空间

greeting = { $name }，您好！
lead-invite = { $inviter } 邀请您加入此空间。
lead-invite-unknown = 您受邀加入此空间。
lead-meet = { $inviter } 邀请您参加此会议。
lead-meet-unknown = 您受邀参加此会议。
lead-cancel = { $inviter } 取消了此会议。
lead-cancel-unknown = 此会议已取消。

when = 时间
until = 截止时间：{ $when }
hours =
    { $count ->
       *[other] { $count } 小时
    }
minutes =
    { $count ->
       *[other] { $count } 分钟
    }
hours-minutes = { $hours } { $minutes }

join-invite = 加入空间
join-meet = 加入会议
link-hint = 如果按钮无法使用，请打开此链接：
access = 您可以使用自己的账号加入，也可作为访客加入。任何拥有此链接的人都可作为访客加入。

why = 您收到此邮件，是因为 { $inviter } 邀请了 { $address }。
why-unknown = 您收到此邮件，是因为 { $address } 受到了邀请。
reply = 回复此邮件即可联系 { $inviter }。
ignore = 如果这不是您期待的邀请，忽略即可。
made-with = 此邀请由 { $product } 创建。
stop = 不再接收此类邮件

page-account = 使用您的账号
page-sign-in = 登录
page-sign-up = 创建账号
page-guest = 以访客身份加入
page-name = 您的姓名（可选）
page-signed-in = 您已登录为 { $name }。
page-signed-in-unknown = 您已登录。
page-wrong-account = 此邀请是发给其他人的。您可以以访客身份加入，或使用其他账号。
page-other-account = 使用其他账号
page-joined = 您已加入
page-role = 您的角色
role-admin = 管理员
role-member = 成员
role-guest = 访客
page-members = 成员列表
page-more = ……等
page-not-found = 此邀请不存在
page-not-found-hint = 请确认您打开的是完整的链接。
page-expired = 此邀请已过期
page-revoked = 此邀请已被撤回
page-ask = 请向 { $inviter } 索取新的邀请。
page-ask-unknown = 请向邀请您的人索取新的邀请。
page-busy = 请稍候
page-busy-hint = 服务繁忙，请稍后再试。
page-broken = 出错了
page-broken-hint = 这是我们的问题，请稍后再试。
page-forbidden = 操作未成功
page-forbidden-hint = 请打开您的邀请链接，然后重试。
page-continue = 以 { $name } 的身份继续
page-not-you = 不是 { $name }？
page-no-cookie = 浏览器没有保存登录信息
page-no-cookie-hint = 请允许此网站使用 Cookie，然后重新打开邀请链接。
page-password = 密码
page-password-hint = 此空间设有密码。请向邀请您的人索取。
page-password-wrong = 这不是此空间的密码。
page-too-many = 密码错误次数过多
page-too-many-hint = 请稍后再试。
page-removed = 您已被移出此空间
page-removed-hint = 只有此空间的管理员才能让您重新加入。
page-archived = 此空间已归档
page-archived-hint = 目前任何人都无法加入。
page-invited-only = 此空间仅限受邀者加入
page-invited-only-hint = 请使用受邀的账号，或联系邀请您的人。
page-decline = 谢绝邀请
page-decline-hint = 邀请您的人会看到您已谢绝。您之后仍可加入。
page-declined = 您已谢绝此邀请
page-declined-hint = 如果您改变主意，请再次打开您的邀请链接。
page-space = 请登录以打开此空间
page-space-hint = 只有成员才能打开。
page-stop = 来自 { $product } 的邮件
page-stop-hint = 您通过电子邮件收到了邀请。请选择您不想再接收的邮件。
page-stop-inviter = 不再接收邀请人的邮件
page-stop-all = 不再接收任何邮件
page-stop-report = 举报此邀请
page-stop-undo = 重新允许接收邮件
page-stopped-inviter = 您不会再收到邀请人的邮件。
page-stopped-all = 您不会再收到我们的邮件。
page-stop-undone = 您已重新允许我们的邮件。
page-reported = 谢谢。该邀请已被举报。
page-stop-unknown = 此链接无效
page-stop-unknown-hint = 链接已损坏或过旧。请使用较新邮件中的链接。
page-stop-own = 不再向我的地址发送邮件
page-stop-own-undo = 重新允许向我的地址发送邮件
