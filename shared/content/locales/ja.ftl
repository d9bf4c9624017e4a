subject-invite = { $inviter } さんから「{ $title }」への招待
subject-invite-unknown = 「{ $title }」への招待
subject-meet = { $inviter } さんから会議「{ $title }」への招待
subject-meet-unknown = 会議「{ $title }」への招待
subject-cancel = 会議「{ $title }」はキャンセルされました
sender = { $inviter }（{ $product } 経由）
untitled = 無題のスペース

greeting = { $name } 様
lead-invite = { $inviter } さんがあなたをこのスペースに招待しています。
lead-invite-unknown = このスペースに招待されています。
lead-meet = { $inviter } さんがあなたをこの会議に招待しています。
lead-meet-unknown = この会議に招待されています。
lead-cancel = { $inviter } さんがこの会議をキャンセルしました。
lead-cancel-unknown = この会議はキャンセルされました。

when = 日時
until = { $when }まで
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

why = このメールは、{ $inviter } さんが { $address } を招待したためお送りしています。
why-unknown = このメールは、{ $address } が招待されたためお送りしています。
reply = このメールに返信すると、{ $inviter } さんに届きます。
ignore = この招待に心当たりがない場合は、無視していただいて問題ありません。
made-with = この招待は { $product } で作成されました。
stop = このようなメールを停止する

page-account = アカウントで参加
page-sign-in = ログイン
page-sign-up = アカウントを作成
page-guest = ゲストとして参加
page-name = お名前（任意）
page-signed-in = { $name } としてログインしています。
page-signed-in-unknown = ログインしています。
page-wrong-account = この招待は別の方に宛てたものです。ゲストとして参加するか、別のアカウントを使用してください。
page-other-account = 別のアカウントを使用
page-joined = 参加しました
page-role = あなたの役割
role-admin = 管理者
role-member = メンバー
role-guest = ゲスト
page-members = メンバー一覧
page-more = …ほか
page-not-found = この招待は存在しません
page-not-found-hint = リンク全体を開いたかどうかご確認ください。
page-expired = この招待は期限切れです
page-revoked = この招待は取り消されました
page-ask = { $inviter } さんに新しい招待を依頼してください。
page-ask-unknown = 招待した方に新しい招待を依頼してください。
page-busy = 少々お待ちください
page-busy-hint = サービスが混み合っています。しばらくしてからもう一度お試しください。
page-broken = 問題が発生しました
page-broken-hint = こちら側の問題です。後ほどもう一度お試しください。
page-forbidden = うまくいきませんでした
page-forbidden-hint = 招待のリンクを開いて、もう一度お試しください。
page-continue = { $name } として続行
page-not-you = { $name } さんではありませんか？
page-no-cookie = ブラウザーにログイン情報が保存されませんでした
page-no-cookie-hint = このサイトの Cookie を許可してから、招待のリンクをもう一度開いてください。
page-password = パスワード
page-password-hint = このスペースにはパスワードが必要です。招待した方にお尋ねください。
page-password-wrong = このスペースのパスワードではありません。
page-too-many = パスワードの誤りが多すぎます
page-too-many-hint = しばらくしてから、もう一度お試しください。
page-removed = このスペースから削除されました
page-removed-hint = 再び参加を許可できるのは、スペースの管理者だけです。
page-archived = このスペースはアーカイブされています
page-archived-hint = 現在、誰も参加できません。
page-invited-only = このスペースには招待された方だけが参加できます
page-invited-only-hint = 招待されたアカウントを使用するか、招待した方にお尋ねください。
page-decline = 招待を辞退する
page-decline-hint = 辞退したことは招待した方に表示されます。後から参加することもできます。
page-declined = この招待を辞退しました
page-declined-hint = 気が変わったら、招待のリンクをもう一度開いてください。
page-space = このスペースを開くにはログインしてください
page-space-hint = メンバーだけが開くことができます。
page-stop = { $product } からのメール
page-stop-hint = メールで招待が届きました。今後受け取りたくないメールを選んでください。
page-stop-inviter = 招待した人からのメールを受け取らない
page-stop-all = すべてのメールを受け取らない
page-stop-report = この招待を迷惑行為として報告する
page-stop-undo = メールの受信を再開する
page-stopped-inviter = 招待した人からのメールは今後届きません。
page-stopped-all = 今後メールは届きません。
page-stop-undone = メールの受信が再び許可されました。
page-reported = ありがとうございます。招待を報告しました。
page-stop-unknown = このリンクは使えません
page-stop-unknown-hint = リンクが壊れているか、古すぎます。新しいメールのリンクを使用してください。
page-stop-own = 自分のアドレスへのメールを受け取らない
page-stop-own-undo = 自分のアドレスへのメールの受信を再開する
