subject-invite = { $inviter } さんから「{ $title }」への招待
subject-invite-unknown = 「{ $title }」への招待
subject-meet = { $inviter } さんから会議「{ $title }」への招待
subject-meet-unknown = 会議「{ $title }」への招待
subject-cancel = 会議キャンセルのお知らせ：「{ $title }」
sender = { $inviter }（{ $product } 経由）
untitled = 無題のスペース

greeting = { $name } 様
lead-invite = { $inviter } さんから、このスペースへの招待が届いています。
lead-invite-unknown = このスペースへの招待が届いています。
lead-meet = { $inviter } さんから、この会議への招待が届いています。
lead-meet-unknown = この会議への招待が届いています。
lead-cancel = { $inviter } さんがこの会議をキャンセルしました。
lead-cancel-unknown = この会議はキャンセルされました。

when = 日時
until = { $when }まで
time = { $time }
times = { $start }～{ $end }
at = { $date } { $time }
same-day = { $date } { $times }
span = { $start }～{ $end }
your-role = あなたの役割
open-until = この招待の有効期限：{ $when }
hours =
    { $count ->
       *[other] { $count }時間
    }
minutes =
    { $count ->
       *[other] { $count }分
    }
hours-minutes = { $hours }{ $minutes }

join-invite = スペースに参加
join-meet = 会議に参加
link-hint = ボタンを押しても開かない場合は、次のリンクを開いてください。
access = ご自分のアカウントでも、ゲストとしても参加できます。このリンクを知っている人は誰でもゲストとして参加できます。
links-plain = 安全のため、この文章内のリンクはクリックできません。信頼できるリンクのみコピーして開いてください。
links-marked = 安全のため、この文章内のリンクには example[.]com のように角かっこが入っています。信頼できるリンクを開く場合は、角かっこを取り除いてください。

why = このメールは、{ $inviter } さんが招待した { $address } 宛てにお送りしています。
why-unknown = このメールは、招待された { $address } 宛てにお送りしています。
reply = このメールに返信すると、{ $inviter } さんに届きます。
ignore = この招待に心当たりがない場合は、無視していただいて問題ありません。
made-with = この招待は { $product } で作成されました。
stop = このようなメールの配信を停止する
help = ヘルプ
privacy = プライバシー
support = サポートに問い合わせる

page-sign-in = ログイン
page-sign-up = アカウントを作成
page-guest = ゲストとして参加
page-name = お名前
page-signed-in = { $name } としてログインしています。
page-signed-in-unknown = ログインしています。
page-wrong-account = この招待は別の方宛てのものです。ゲストとして参加するか、別のアカウントを使用してください。
page-other-account = 別のアカウントを使用
page-joined = 参加しました
role-admin = 管理者
role-member = メンバー
role-guest = ゲスト
page-members = メンバー
page-more =
    { $count ->
       *[other] ほか{ $count }人
    }
page-not-found = この招待は存在しません
page-not-found-hint = リンクが途中で切れていないかご確認いただくか、招待者にお問い合わせください。
page-expired = この招待は有効期限が切れています
page-revoked = この招待は取り消されました
page-ask = { $inviter } さんに新しい招待を依頼してください。
page-ask-unknown = 招待者に新しい招待を依頼してください。
page-busy = 少々お待ちください
page-busy-hint = サービスが混み合っています。しばらくしてからもう一度お試しください。
page-broken = 問題が発生しました
page-broken-hint = サービス側の問題です。しばらくしてからもう一度お試しください。
page-forbidden = 操作を完了できませんでした
page-forbidden-hint = 招待のリンクを開いて、もう一度お試しください。
page-continue = { $name } として続ける
page-not-you = { $name } さんではありませんか？
page-no-cookie = ブラウザーにログイン状態が保存されませんでした
page-no-cookie-hint = このサイトの Cookie を許可してから、招待のリンクをもう一度開いてください。
page-password = パスワード
page-password-hint = このスペースにはパスワードが必要です。招待者にお尋ねください。
page-password-wrong = パスワードが正しくありません。
page-too-many = パスワードの入力に何度も失敗しました
page-too-many-hint = しばらくしてからもう一度お試しください。
page-removed = このスペースから削除されました
page-removed-hint = 再び参加を許可できるのは、スペースの管理者だけです。
page-archived = このスペースはアーカイブされています
page-archived-hint = 現在、誰も参加できません。
page-invited-only = このスペースには招待された方だけが参加できます
page-invited-only-hint = 招待されたアカウントを使用するか、招待者にお問い合わせください。
page-decline = 招待を辞退する
page-decline-hint = 辞退したことは { $inviter } さんに表示されます。後から参加することもできます。
page-declined = この招待を辞退しました
page-declined-hint = 気が変わったら、招待のリンクをもう一度開いてください。
page-space = このスペースを開くにはログインしてください
page-space-hint = メンバーだけが開くことができます。
page-stop = { $product } からのメール
page-stop-hint = メールで招待が届きました。今後受け取りたくないメールを選んでください。
page-stop-inviter = 招待者からのメールの配信を停止する
page-stop-all = すべてのメールの配信を停止する
page-stop-report = この招待を報告する
page-stop-undo = メールの配信停止を解除する
page-stopped-inviter = 今後、招待者からのメールは届きません。
page-stopped-all = 今後、当サービスからのメールは届きません。
page-stop-undone = メールの配信停止を解除しました。
page-reported = ありがとうございます。招待を報告しました。
page-stop-unknown = このリンクは無効です
page-stop-unknown-hint = リンクが壊れているか、古すぎます。新しいメールのリンクを使用してください。
page-stop-own = 自分のアドレスへのメール配信を停止する
page-stop-own-undo = 自分のアドレスへのメール配信停止を解除する
page-over = この会議は終了しました
page-now = 開催中
page-in-minutes =
    { $count ->
       *[other] { $count }分後に開始
    }
page-in-hours =
    { $count ->
       *[other] { $count }時間後に開始
    }
page-in-days =
    { $count ->
        [1] 明日
       *[other] { $count }日後
    }
page-people =
    { $count ->
       *[other] { $count }人が参加しています
    }
page-add = カレンダーに追加
page-calendar-file = Apple など
page-next = もう一度開くときは、招待のリンクを開いてください。
page-open = { $product } を開く
page-you = あなた
page-decline-hint-unknown = 辞退したことは招待者に表示されます。後から参加することもできます。
page-unverified = メールアドレス { $address } の確認がまだ完了していません。招待されたご本人として参加するには、アカウントでアドレスを確認してください。ゲストとして参加することもできます。
page-details = 詳細
