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
time = { $time }
times = { $start }–{ $end }
at = { $date } { $time }
same-day = { $date } { $times }
span = { $start } – { $end }
your-role = 您的角色
open-until = 邀請有效期限：{ $when }
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
access = 您可以使用自己的帳號加入，也可以訪客身分加入。任何擁有此連結的人都可以訪客身分加入。
links-plain = 為了您的安全，這段文字中的連結無法點選。請只複製您信任的連結。
links-marked = 為了您的安全，這段文字中的連結帶有方括號，例如 example[.]com。若要開啟您信任的連結，請先移除方括號。

why = 您收到這封電子郵件，是因為 { $inviter } 邀請了 { $address }。
why-unknown = 您收到這封電子郵件，是因為 { $address } 收到了邀請。
reply = 回覆這封電子郵件即可聯絡 { $inviter }。
ignore = 如果您不清楚為何收到這份邀請，可以直接忽略。
made-with = 這份邀請是透過 { $product } 建立的。
stop = 取消訂閱這類郵件
help = 說明
privacy = 隱私權
support = 聯絡支援團隊

page-sign-in = 登入
page-sign-up = 建立帳號
page-guest = 以訪客身分加入
page-name = 您的姓名
page-signed-in = 您目前以 { $name } 的身分登入。
page-signed-in-unknown = 您已登入。
page-wrong-account = 這份邀請是發給其他人的。您可以訪客身分加入，或使用其他帳號。
page-other-account = 使用其他帳號
page-joined = 您已加入
role-admin = 管理員
role-member = 成員
role-guest = 訪客
page-members = 成員
page-more =
    { $count ->
       *[other] 以及另外 { $count } 人
    }
page-not-found = 這份邀請不存在
page-not-found-hint = 請檢查連結是否完整，或聯絡邀請您的人。
page-expired = 這份邀請已過期
page-revoked = 這份邀請已撤銷
page-ask = 請向 { $inviter } 索取新的邀請。
page-ask-unknown = 請向邀請您的人索取新的邀請。
page-busy = 請稍候
page-busy-hint = 服務忙碌中，請稍後再試。
page-broken = 發生錯誤
page-broken-hint = 這是我們的問題，請稍後再試。
page-forbidden = 操作未成功
page-forbidden-hint = 請開啟邀請中的連結，然後再試一次。
page-continue = 以 { $name } 的身分繼續
page-not-you = 您不是 { $name }？
page-no-cookie = 瀏覽器未儲存登入狀態
page-no-cookie-hint = 請允許此網站使用 Cookie，然後再次開啟邀請中的連結。
page-password = 密碼
page-password-hint = 這個空間設有密碼。請向邀請您的人索取。
page-password-wrong = 密碼不正確。
page-too-many = 密碼錯誤次數過多
page-too-many-hint = 請稍後再試。
page-removed = 您已被移出這個空間
page-removed-hint = 只有這個空間的管理員才能讓您重新加入。
page-archived = 這個空間已封存
page-archived-hint = 目前任何人都無法加入。
page-invited-only = 這個空間僅限受邀者加入
page-invited-only-hint = 請使用受邀的帳號，或聯絡邀請您的人。
page-decline = 婉拒邀請
page-decline-hint = { $inviter } 會看到您已婉拒。您之後仍可加入。
page-declined = 您已婉拒這份邀請
page-declined-hint = 如果您改變主意，請再次開啟邀請中的連結。
page-space = 請登入以開啟這個空間
page-space-hint = 只有成員才能開啟。
page-stop = 來自 { $product } 的郵件
page-stop-hint = 您透過電子郵件收到了邀請。請選擇您不想再接收的郵件。
page-stop-inviter = 不再接收邀請人的郵件
page-stop-all = 不再接收任何郵件
page-stop-report = 檢舉這份邀請
page-stop-undo = 恢復接收郵件
page-stopped-inviter = 您將不再收到邀請人的郵件。
page-stopped-all = 您將不再收到我們的郵件。
page-stop-undone = 您已重新允許我們寄送郵件給您。
page-reported = 謝謝，我們已收到您的檢舉。
page-stop-unknown = 此連結無效
page-stop-unknown-hint = 連結已損壞或過舊。請使用更新的郵件中的連結。
page-stop-own = 不再寄送郵件到我的信箱
page-stop-own-undo = 恢復寄送郵件到我的信箱
page-over = 這場會議已結束
page-now = 進行中
page-in-minutes =
    { $count ->
       *[other] { $count } 分鐘後開始
    }
page-in-hours =
    { $count ->
       *[other] { $count } 小時後開始
    }
page-in-days =
    { $count ->
        [1] 明天
       *[other] { $count } 天後
    }
page-people =
    { $count ->
       *[other] { $count } 人已加入
    }
page-add = 加入行事曆
page-calendar-file = Apple 及其他
page-next = 如要返回，請再次開啟邀請中的連結。
page-open = 開啟 { $product }
page-you = 您
page-decline-hint-unknown = 邀請您的人會看到您已婉拒。您之後仍可加入。
page-unverified = 您的電子郵件地址 { $address } 尚未驗證。請先在帳號中完成驗證，再憑邀請加入；您也可以訪客身分加入。
page-details = 詳細資訊
