subject-invite = { $inviter } sizi “{ $title }” alanına davet ediyor
subject-invite-unknown = “{ $title }” alanına davetlisiniz
subject-meet = { $inviter } sizi “{ $title }” toplantısına davet ediyor
subject-meet-unknown = “{ $title }” toplantısına davetlisiniz
subject-cancel = Toplantı iptal edildi: “{ $title }”
sender = { $inviter } ({ $product } aracılığıyla)
untitled = Adsız alan

greeting = Merhaba { $name },
lead-invite = { $inviter } sizi bu alana katılmaya davet ediyor.
lead-invite-unknown = Bu alana katılmaya davetlisiniz.
lead-meet = { $inviter } sizi bu toplantıya davet ediyor.
lead-meet-unknown = Bu toplantıya davetlisiniz.
lead-cancel = { $inviter } bu toplantıyı iptal etti.
lead-cancel-unknown = Bu toplantı iptal edildi.

when = Ne zaman
until = Bitiş: { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Rolünüz
open-until = Davet şu zamana kadar geçerli: { $when }
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
links-plain = Güvenliğiniz için bu metindeki bağlantılara tıklanamaz. Yalnızca güvendiğiniz bağlantıları kopyalayın.
links-marked = Güvenliğiniz için bu metindeki bağlantılar, example[.]com örneğindeki gibi köşeli ayraç içerir. Güvendiğiniz bir bağlantıyı açmak için ayraçları kaldırın.

why = Bu e-postayı, { $inviter } tarafından { $address } adresine davet gönderildiği için aldınız.
why-unknown = Bu e-postayı, { $address } adresine davet gönderildiği için aldınız.
reply = Davet eden kişiye ({ $inviter }) yazmak için bu e-postayı yanıtlayın.
ignore = Bu daveti beklemiyorsanız dikkate almayabilirsiniz.
made-with = Bu davet { $product } ile oluşturuldu.
stop = Artık bu e-postaları almak istemiyorum
help = Yardım
privacy = Gizlilik
support = Destek ekibine ulaş

page-sign-in = Oturum aç
page-sign-up = Hesap oluştur
page-guest = Konuk olarak katıl
page-name = Adınız
page-signed-in = { $name } olarak oturum açtınız.
page-signed-in-unknown = Oturum açtınız.
page-wrong-account = Bu davet başka biri için. Konuk olarak katılın veya başka bir hesap kullanın.
page-other-account = Başka bir hesap kullan
page-joined = Katıldınız
role-admin = Yönetici
role-member = Üye
role-guest = Konuk
page-members = Üyeler
page-more =
    { $count ->
        [one] ve 1 kişi daha
       *[other] ve { $count } kişi daha
    }
page-not-found = Böyle bir davet bulunamadı
page-not-found-hint = Bağlantının tamamını açtığınızdan emin olun veya sizi davet eden kişiye sorun.
page-expired = Bu davetin süresi doldu
page-revoked = Bu davet iptal edildi
page-ask = Yeni bir davet için { $inviter } ile iletişime geçin.
page-ask-unknown = Yeni bir davet için sizi davet eden kişiyle iletişime geçin.
page-busy = Lütfen biraz bekleyin
page-busy-hint = Hizmet şu anda yoğun. Lütfen birazdan yeniden deneyin.
page-broken = Bir sorun oluştu
page-broken-hint = Hata bizden kaynaklanıyor. Lütfen daha sonra yeniden deneyin.
page-forbidden = İşlem tamamlanamadı
page-forbidden-hint = Davetinizdeki bağlantıyı açıp yeniden deneyin.
page-continue = { $name } olarak devam et
page-not-you = { $name } değil misiniz?
page-no-cookie = Tarayıcınız oturumunuzu kaydetmedi
page-no-cookie-hint = Bu site için çerezlere izin verin, ardından davetinizdeki bağlantıyı yeniden açın.
page-password = Parola
page-password-hint = Bu alan parolayla korunuyor. Parolayı sizi davet eden kişiden isteyin.
page-password-wrong = Parola yanlış.
page-too-many = Çok fazla hatalı parola denemesi
page-too-many-hint = Lütfen daha sonra yeniden deneyin.
page-removed = Bu alandan çıkarıldınız
page-removed-hint = Yeniden katılmanıza yalnızca alanın bir yöneticisi izin verebilir.
page-archived = Bu alan arşivlendi
page-archived-hint = Şu anda bu alana kimse katılamaz.
page-invited-only = Bu alan yalnızca davet edilen kişiler için
page-invited-only-hint = Davet edilen hesabı kullanın veya sizi davet eden kişiye sorun.
page-decline = Daveti reddet
page-decline-hint = { $inviter } reddettiğinizi görecek. Daha sonra yine de katılabilirsiniz.
page-declined = Bu daveti reddettiniz
page-declined-hint = Fikrinizi değiştirirseniz davetinizdeki bağlantıyı yeniden açın.
page-space = Bu alanı açmak için oturum açın
page-space-hint = Yalnızca üyeler açabilir.
page-stop = { $product } e-postaları
page-stop-hint = E-postayla bir davet aldınız. Artık istemediğiniz e-postaları seçin.
page-stop-inviter = Artık beni davet eden kişiden e-posta almak istemiyorum
page-stop-all = Artık hiçbir e-posta almak istemiyorum
page-stop-report = Bu daveti bildir
page-stop-undo = E-postalara yeniden izin ver
page-stopped-inviter = Sizi davet eden kişiden artık e-posta almayacaksınız.
page-stopped-all = Bizden artık e-posta almayacaksınız.
page-stop-undone = E-postalarımıza yeniden izin verdiniz.
page-reported = Teşekkürler. Davet bildirildi.
page-stop-unknown = Bu bağlantı çalışmıyor
page-stop-unknown-hint = Bozuk veya çok eski. Daha yeni bir e-postadaki bağlantıyı kullanın.
page-stop-own = Adresime artık e-posta gönderilmesin
page-stop-own-undo = Adresime yeniden e-posta gönderilsin
page-over = Bu toplantı sona erdi
page-now = Şu anda devam ediyor
page-in-minutes =
    { $count ->
        [one] { $count } dakika sonra başlıyor
       *[other] { $count } dakika sonra başlıyor
    }
page-in-hours =
    { $count ->
        [one] { $count } saat sonra başlıyor
       *[other] { $count } saat sonra başlıyor
    }
page-in-days =
    { $count ->
        [one] Yarın
       *[other] { $count } gün sonra
    }
page-people =
    { $count ->
        [one] 1 kişi katıldı
       *[other] { $count } kişi katıldı
    }
page-add = Takvime ekle
page-calendar-file = Apple ve diğerleri
page-next = Geri dönmek için davetinizdeki bağlantıyı yeniden açın.
page-open = { $product } uygulamasını aç
page-you = siz
page-decline-hint-unknown = Sizi davet eden kişi reddettiğinizi görecek. Daha sonra yine de katılabilirsiniz.
page-unverified = { $address } adresiniz henüz doğrulanmadı. Davetinizle katılmak için hesabınızda doğrulayın veya konuk olarak katılın.
page-details = Ayrıntılar
