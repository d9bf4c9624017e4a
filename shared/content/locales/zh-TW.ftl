subject-invite = { $inviter } 邀請您加入「{ $title }」
subject-invite-unknown = 邀請您加入「{ $title }」
subject-meet = { $inviter } 邀請您參加會議：「{ $title }」
subject-meet-unknown = 邀請您參加會議：「{ $title }」
sender = { $inviter }（透過 { $product }）
untitled = 未命名的空間

greeting = { $name }，您好：
lead-invite = { $inviter } 邀請您加入這個空間。
lead-invite-unknown = 您受邀加入這個空間。
lead-meet = { $inviter } 邀請您參加這場會議。
lead-meet-unknown = 您受邀參加這場會議。

when = 時間
until = 至 { $when } 為止
hours =
    { $count ->
       *[other] { $count } 小時
    }
minutes =
    { $count ->
       *[other] { $count } 分鐘
    }
hours-minutes = { $hours } { $minutes }

join-invite = 加入空間
join-meet = 加入會議
link-hint = 如果按鈕無法使用，請開啟此連結：
access = 您可以使用自己的帳號加入，也可以用訪客身分加入。任何擁有此連結的人都能用訪客身分加入。

why = 您收到這封電子郵件，是因為 { $inviter } 邀請了 { $address }。
why-unknown = 您收到這封電子郵件，是因為 { $address } 收到了邀請。
reply = 回覆這封電子郵件即可聯絡 { $inviter }。
ignore = 如果這不是您預期的邀請，可以放心忽略。
made-with = 這份邀請是以 { $product } 建立的。
