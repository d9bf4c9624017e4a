subject-invite = { $inviter } 邀请您加入“{ $title }”
subject-invite-unknown = 邀请您加入“{ $title }”
subject-meet = { $inviter } 邀请您参加会议：“{ $title }”
subject-meet-unknown = 邀请您参加会议：“{ $title }”
sender = { $inviter }（通过 { $product }）
untitled = 无标题空间

greeting = { $name }，您好！
lead-invite = { $inviter } 邀请您加入此空间。
lead-invite-unknown = 您受邀加入此空间。
lead-meet = { $inviter } 邀请您参加此会议。
lead-meet-unknown = 您受邀参加此会议。

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
