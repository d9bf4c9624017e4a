subject-invite = { $inviter } さんから「{ $title }」への招待
subject-invite-unknown = 「{ $title }」への招待
subject-meet = { $inviter } さんから会議「{ $title }」への招待
subject-meet-unknown = 会議「{ $title }」への招待
sender = { $inviter }（{ $product } 経由）
untitled = 無題のスペース

greeting = { $name } 様
lead-invite = { $inviter } さんがあなたをこのスペースに招待しています。
lead-invite-unknown = このスペースに招待されています。
lead-meet = { $inviter } さんがあなたをこの会議に招待しています。
lead-meet-unknown = この会議に招待されています。

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
