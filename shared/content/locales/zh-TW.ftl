subject-invite = { $inviter } 邀請您加入「{ $title }」
subject-invite-unknown = 邀請您加入「{ $title }」
subject-meet = { $inviter } 邀請您參加會議：「{ $title }」
subject-meet-unknown = 邀請您參加會議：「{ $title }」
subject-cancel = 會議已取消：「{ $title }」
sender = { $inviter }（透過 { $product }）
untitled = 未命名的空間

greeting = { $name }，您好：
lead-invite = { $inviter } 邀請您加入這個空間。
lead-invite-unknown = 您受邀加入這個空間。
lead-meet = { $inviter } 邀請您參加這場會議。
lead-meet-unknown = 您受邀參加這場會議。
lead-cancel = { $inviter } 取消了這場會議。
lead-cancel-unknown = 這場會議已取消。

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
stop = 不再接收這類郵件

page-account = 使用您的帳號
page-sign-in = 登入
page-sign-up = 建立帳號
page-guest = 以訪客身分加入
page-name = 您的姓名（選填）
page-signed-in = 您目前以 { $name } 的身分登入。
page-signed-in-unknown = 您已登入。
page-wrong-account = 這份邀請是發給其他人的。您可以訪客身分加入，或使用其他帳號。
page-other-account = 使用其他帳號
page-joined = 您已加入
page-role = 您的角色
role-admin = 管理員
role-member = 成員
role-guest = 訪客
page-members = 成員清單
page-more = ……等
page-not-found = 這份邀請不存在
page-not-found-hint = 請確認您開啟的是完整的連結。
page-expired = 這份邀請已過期
page-revoked = 這份邀請已被撤回
page-ask = 請向 { $inviter } 索取新的邀請。
page-ask-unknown = 請向邀請您的人索取新的邀請。
page-busy = 請稍候
page-busy-hint = 服務忙碌中，請稍後再試。
page-broken = 發生錯誤
page-broken-hint = 這是我們的問題，請稍後再試。
page-forbidden = 操作未成功
page-forbidden-hint = 請開啟您的邀請連結，然後再試一次。
page-continue = 以 { $name } 的身分繼續
page-not-you = 不是 { $name }？
page-no-cookie = 瀏覽器沒有儲存登入資訊
page-no-cookie-hint = 請允許此網站使用 Cookie，然後重新開啟邀請連結。
page-password = 密碼
page-password-hint = 這個空間設有密碼。請向邀請您的人索取。
page-password-wrong = 這不是這個空間的密碼。
page-too-many = 密碼錯誤次數過多
page-too-many-hint = 請稍後再試。
page-removed = 您已被移出這個空間
page-removed-hint = 只有這個空間的管理員才能讓您重新加入。
page-archived = 這個空間已封存
page-archived-hint = 目前任何人都無法加入。
page-invited-only = 這個空間僅限受邀者加入
page-invited-only-hint = 請使用受邀的帳號，或聯絡邀請您的人。
page-decline = 婉拒邀請
page-decline-hint = 邀請您的人會看到您已婉拒。您之後仍可加入。
page-declined = 您已婉拒這份邀請
page-declined-hint = 如果您改變主意，請再次開啟您的邀請連結。
page-space = 請登入以開啟這個空間
page-space-hint = 只有成員才能開啟。
page-stop = 來自 { $product } 的郵件
page-stop-hint = 您透過電子郵件收到了邀請。請選擇您不想再接收的郵件。
page-stop-inviter = 不再接收邀請人的郵件
page-stop-all = 不再接收任何郵件
page-stop-report = 檢舉此邀請
page-stop-undo = 重新允許接收郵件
page-stopped-inviter = 您不會再收到邀請人的郵件。
page-stopped-all = 您不會再收到我們的郵件。
page-stop-undone = 您已重新允許我們的郵件。
page-reported = 謝謝。已檢舉此邀請。
page-stop-unknown = 此連結無效
page-stop-unknown-hint = 連結已損壞或過舊。請使用較新郵件中的連結。
page-stop-own = 不再將郵件寄到我的地址
page-stop-own-undo = 重新允許將郵件寄到我的地址
