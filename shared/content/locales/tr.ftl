subject-invite = { $inviter } sizi “{ $title }” alanına davet ediyor
subject-invite-unknown = “{ $title }” alanına davetlisiniz
subject-meet = { $inviter } sizi bir toplantıya davet ediyor: “{ $title }”
subject-meet-unknown = Bir toplantıya davetlisiniz: “{ $title }”
sender = { $inviter } ({ $product } aracılığıyla)
untitled = Adsız alan

greeting = Merhaba { $name },
lead-invite = { $inviter } sizi bu alana katılmaya davet ediyor.
lead-invite-unknown = Bu alana katılmaya davetlisiniz.
lead-meet = { $inviter } sizi bu toplantıya davet ediyor.
lead-meet-unknown = Bu toplantıya davetlisiniz.

when = Ne zaman
until = Bitiş: { $when }
hours =
    { $count ->
        [one] { $count } saat
       *[other] { $count } saat
    }
minutes =
    { $count ->
        [one] { $count } dakika
       *[other] { $count } dakika
    }
hours-minutes = { $hours } { $minutes }

join-invite = Alana katıl
join-meet = Toplantıya katıl
link-hint = Düğme çalışmazsa şu bağlantıyı açın:
access = Hesabınızla veya konuk olarak katılabilirsiniz. Bu bağlantıya sahip olan herkes konuk olarak katılabilir.

why = Bu e-postayı, { $inviter } { $address } adresini davet ettiği için aldınız.
why-unknown = Bu e-postayı, { $address } adresi davet edildiği için aldınız.
reply = Davet eden kişiye ({ $inviter }) yazmak için bu e-postayı yanıtlayın.
ignore = Bu daveti beklemiyorsanız dikkate almayabilirsiniz.
made-with = Bu davet { $product } ile oluşturuldu.
