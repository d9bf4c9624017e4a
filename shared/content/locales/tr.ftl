subject-invite = { $inviter } sizi “{ $title }” alanına davet ediyor
subject-invite-unknown = “{ $title }” alanına davetlisiniz
subject-meet = { $inviter } sizi bir toplantıya davet ediyor: “{ $title }”
subject-meet-unknown = Bir toplantıya davetlisiniz: “{ $title }”
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
stop = Bu e-postaları durdur

page-account = Hesabınızla
page-sign-in = Oturum aç
page-sign-up = Hesap oluştur
page-guest = Konuk olarak katıl
page-name = Adınız (isteğe bağlı)
page-signed-in = { $name } olarak oturum açtınız.
page-signed-in-unknown = Oturum açtınız.
page-wrong-account = Bu davet başka birine gönderilmiş. Konuk olarak katılabilir veya başka bir hesap kullanabilirsiniz.
page-other-account = Başka bir hesap kullan
page-joined = Katıldınız
page-role = Rolünüz
role-admin = Yönetici
role-member = Üye
role-guest = Konuk
page-members = Üyeler
page-more = … ve diğerleri
page-not-found = Böyle bir davet yok
page-not-found-hint = Bağlantının tamamını açtığınızdan emin olun.
page-expired = Bu davetin süresi doldu
page-revoked = Bu davet geri çekildi
page-ask = Yenisini sizi davet eden kişiden isteyin: { $inviter }.
page-ask-unknown = Sizi davet eden kişiden yenisini isteyin.
page-busy = Bir dakika
page-busy-hint = Hizmet şu anda yoğun. Lütfen birazdan yeniden deneyin.
page-broken = Bir sorun oluştu
page-broken-hint = Hata bizden kaynaklanıyor. Lütfen daha sonra yeniden deneyin.
page-forbidden = Bu işe yaramadı
page-forbidden-hint = Davetinizin bağlantısını açıp yeniden deneyin.
page-continue = { $name } olarak devam et
page-not-you = { $name } değil misiniz?
page-no-cookie = Tarayıcınız oturumu saklamadı
page-no-cookie-hint = Bu site için çerezlere izin verin, ardından davetinizdeki bağlantıyı yeniden açın.
page-password = Parola
page-password-hint = Bu alanın bir parolası var. Sizi davet eden kişiden isteyin.
page-password-wrong = Bu alanın parolası bu değil.
page-too-many = Çok fazla yanlış parola
page-too-many-hint = Lütfen daha sonra yeniden deneyin.
page-removed = Bu alandan çıkarıldınız
page-removed-hint = Sizi yalnızca alanın bir yöneticisi yeniden içeri alabilir.
page-archived = Bu alan arşivlenmiş
page-archived-hint = Şu anda kimse katılamaz.
page-invited-only = Bu alan yalnızca davet edilen kişiler için
page-invited-only-hint = Davet edilen hesabı kullanın veya sizi davet eden kişiye sorun.
page-decline = Daveti reddet
page-decline-hint = Sizi davet eden kişi reddettiğinizi görür. Daha sonra yine de katılabilirsiniz.
page-declined = Bu daveti reddettiniz
page-declined-hint = Fikrinizi değiştirirseniz davetinizin bağlantısını yeniden açın.
page-space = Bu alanı açmak için oturum açın
page-space-hint = Yalnızca üyeler açabilir.
page-stop = { $product } e-postaları
page-stop-hint = E-postayla bir davet aldınız. Artık istemediğiniz e-postaları seçin.
page-stop-inviter = Beni davet eden kişiden e-posta almak istemiyorum
page-stop-all = Kimseden e-posta almak istemiyorum
page-stop-report = Bu daveti kötüye kullanım olarak bildir
page-stop-undo = E-postalara yeniden izin ver
page-stopped-inviter = Sizi davet eden kişiden artık e-posta almayacaksınız.
page-stopped-all = Bizden artık e-posta almayacaksınız.
page-stop-undone = E-postalarımıza yeniden izin verdiniz.
page-reported = Teşekkürler. Davet bildirildi.
page-stop-unknown = Bu bağlantı çalışmıyor
page-stop-unknown-hint = Bağlantı bozuk veya çok eski. Daha yeni bir e-postadaki bağlantıyı kullanın.
page-stop-own = Adresime artık e-posta gönderilmesin
page-stop-own-undo = Adresime yeniden e-posta gönderilsin
