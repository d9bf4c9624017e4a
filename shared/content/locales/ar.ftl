subject-invite = دعوة من { $inviter } للانضمام إلى «{ $title }»
subject-invite-unknown = دعوة للانضمام إلى «{ $title }»
subject-meet = دعوة من { $inviter } إلى اجتماع: «{ $title }»
subject-meet-unknown = دعوة إلى اجتماع: «{ $title }»
subject-cancel = تم إلغاء الاجتماع: «{ $title }»
sender = { $inviter } عبر { $product }
untitled = مساحة بلا عنوان

greeting = مرحبًا { $name }،
lead-invite = وصلتك دعوة من { $inviter } للانضمام إلى هذه المساحة.
lead-invite-unknown = وصلتك دعوة للانضمام إلى هذه المساحة.
lead-meet = وصلتك دعوة من { $inviter } لحضور هذا الاجتماع.
lead-meet-unknown = وصلتك دعوة لحضور هذا الاجتماع.
lead-cancel = تم إلغاء هذا الاجتماع من قِبل { $inviter }.
lead-cancel-unknown = تم إلغاء هذا الاجتماع.

when = الموعد
until = حتى { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } في { $time }
same-day = { $date }، { $times }
span = { $start } – { $end }
your-role = دورك
open-until = تنتهي صلاحية هذه الدعوة في: { $when }
hours =
    { $count ->
        [zero] { $count } ساعة
        [one] ساعة واحدة
        [two] ساعتان
        [few] { $count } ساعات
        [many] { $count } ساعة
       *[other] { $count } ساعة
    }
minutes =
    { $count ->
        [zero] { $count } دقيقة
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $count } دقائق
        [many] { $count } دقيقة
       *[other] { $count } دقيقة
    }
hours-minutes = { $hours } و{ $minutes }

join-invite = الانضمام إلى المساحة
join-meet = الانضمام إلى الاجتماع
link-hint = إذا لم يعمل الزر، فيمكنك فتح هذا الرابط:
access = يمكنك الانضمام بحسابك أو بصفة ضيف. ويمكن لكل من لديه هذا الرابط الانضمام بصفة ضيف.
links-plain = حفاظًا على سلامتك، لا يمكن النقر على الروابط في هذا النص. يُرجى نسخ الروابط الموثوق بها فقط.
links-marked = حفاظًا على سلامتك، تحتوي الروابط في هذا النص على أقواس، مثل example[.]com. لفتح رابط موثوق به، يجب إزالة الأقواس.

why = وصلتك هذه الرسالة لأن العنوان { $address } تلقّى دعوة من { $inviter }.
why-unknown = وصلتك هذه الرسالة لأن العنوان { $address } تلقّى دعوة.
reply = للكتابة إلى { $inviter }، يكفي الرد على هذه الرسالة.
ignore = إذا لم تكن هذه الدعوة متوقعة، فيمكنك تجاهلها.
made-with = أُنشئت هذه الدعوة باستخدام { $product }.
stop = إلغاء الاشتراك في هذه الرسائل
help = المساعدة
privacy = الخصوصية
support = التواصل مع الدعم

page-sign-in = تسجيل الدخول
page-sign-up = إنشاء حساب
page-guest = الانضمام بصفة ضيف
page-name = الاسم
page-signed-in = تم تسجيل الدخول باسم { $name }.
page-signed-in-unknown = تم تسجيل الدخول.
page-wrong-account = هذه الدعوة موجهة إلى شخص آخر. يمكنك الانضمام بصفة ضيف أو استخدام حساب آخر.
page-other-account = استخدام حساب آخر
page-joined = تم الانضمام
role-admin = مسؤول
role-member = عضو
role-guest = ضيف
page-members = الأعضاء
page-more =
    { $count ->
        [zero] ولا أحد غيرهم
        [one] وشخص آخر
        [two] وشخصان آخران
        [few] و{ $count } أشخاص آخرين
        [many] و{ $count } شخصًا آخر
       *[other] و{ $count } شخص آخر
    }
page-not-found = هذه الدعوة غير موجودة
page-not-found-hint = يُرجى التأكد من فتح الرابط كاملًا أو التواصل مع صاحب الدعوة.
page-expired = انتهت صلاحية هذه الدعوة
page-revoked = تم إلغاء هذه الدعوة
page-ask = يمكنك طلب دعوة جديدة من { $inviter }.
page-ask-unknown = يمكنك طلب دعوة جديدة ممّن دعاك.
page-busy = لحظة من فضلك
page-busy-hint = الخدمة مزدحمة حاليًا. يُرجى المحاولة مرة أخرى بعد قليل.
page-broken = حدث خطأ ما
page-broken-hint = الخطأ من جانبنا. يُرجى المحاولة مرة أخرى لاحقًا.
page-forbidden = تعذّر إتمام العملية
page-forbidden-hint = يُرجى فتح رابط دعوتك والمحاولة مرة أخرى.
page-continue = المتابعة باسم { $name }
page-not-you = لست { $name }؟
page-no-cookie = لم يحفظ متصفحك تسجيل الدخول
page-no-cookie-hint = يُرجى السماح بملفات تعريف الارتباط لهذا الموقع، ثم فتح رابط دعوتك مرة أخرى.
page-password = كلمة المرور
page-password-hint = هذه المساحة محمية بكلمة مرور. يمكنك طلبها من صاحب الدعوة.
page-password-wrong = كلمة المرور غير صحيحة.
page-too-many = تم إدخال كلمة مرور خاطئة مرات كثيرة
page-too-many-hint = يُرجى المحاولة مرة أخرى لاحقًا.
page-removed = تمت إزالتك من هذه المساحة
page-removed-hint = يمكن لمسؤول المساحة فقط السماح لك بالانضمام مجددًا.
page-archived = هذه المساحة مؤرشفة
page-archived-hint = لا يمكن لأحد الانضمام إليها حاليًا.
page-invited-only = هذه المساحة للمدعوين فقط
page-invited-only-hint = يُرجى استخدام الحساب الذي وُجّهت إليه الدعوة أو التواصل مع صاحب الدعوة.
page-decline = رفض الدعوة
page-decline-hint = سيظهر رفضك للدعوة لدى { $inviter }. ولا يزال بإمكانك الانضمام لاحقًا.
page-declined = لقد رفضت هذه الدعوة
page-declined-hint = إذا غيّرت رأيك، فيمكنك فتح رابط دعوتك مرة أخرى.
page-space = يُرجى تسجيل الدخول لفتح هذه المساحة
page-space-hint = لا يمكن فتحها إلا للأعضاء.
page-stop = رسائل البريد الإلكتروني من { $product }
page-stop-hint = وصلتك دعوة عبر البريد الإلكتروني. يمكنك اختيار الرسائل المراد إيقافها.
page-stop-inviter = إيقاف الرسائل من صاحب الدعوة
page-stop-all = إيقاف جميع الرسائل
page-stop-report = الإبلاغ عن هذه الدعوة
page-stop-undo = السماح بالرسائل مجددًا
page-stopped-inviter = لن تصلك رسائل أخرى من صاحب الدعوة.
page-stopped-all = لن تصلك رسائل أخرى منا.
page-stop-undone = تم السماح برسائلنا مجددًا.
page-reported = شكرًا لك. تم الإبلاغ عن الدعوة.
page-stop-unknown = هذا الرابط لا يعمل
page-stop-unknown-hint = الرابط تالف أو قديم جدًا. يُرجى استخدام الرابط الموجود في رسالة أحدث.
page-stop-own = إيقاف الرسائل إلى عنواني
page-stop-own-undo = السماح بالرسائل إلى عنواني مجددًا
page-over = انتهى هذا الاجتماع
page-now = جارٍ الآن
page-in-minutes =
    { $count ->
        [zero] يبدأ الآن
        [one] يبدأ بعد دقيقة
        [two] يبدأ بعد دقيقتين
        [few] يبدأ بعد { $count } دقائق
        [many] يبدأ بعد { $count } دقيقة
       *[other] يبدأ بعد { $count } دقيقة
    }
page-in-hours =
    { $count ->
        [zero] يبدأ الآن
        [one] يبدأ بعد ساعة
        [two] يبدأ بعد ساعتين
        [few] يبدأ بعد { $count } ساعات
        [many] يبدأ بعد { $count } ساعة
       *[other] يبدأ بعد { $count } ساعة
    }
page-in-days =
    { $count ->
        [zero] اليوم
        [one] غدًا
        [two] بعد يومين
        [few] بعد { $count } أيام
        [many] بعد { $count } يومًا
       *[other] بعد { $count } يوم
    }
page-people =
    { $count ->
        [zero] لم ينضم أحد بعد
        [one] انضم شخص واحد
        [two] انضم شخصان
        [few] انضم { $count } أشخاص
        [many] انضم { $count } شخصًا
       *[other] انضم { $count } شخص
    }
page-add = إضافة إلى التقويم
page-calendar-file = Apple وغيرها
page-next = للعودة، يمكنك فتح رابط دعوتك مرة أخرى.
page-open = فتح { $product }
page-you = أنت
page-decline-hint-unknown = سيظهر رفضك للدعوة لدى صاحبها. ولا يزال بإمكانك الانضمام لاحقًا.
page-unverified = لم يتم التحقق من عنوانك { $address } بعد. يمكنك التحقق منه في حسابك للانضمام بموجب الدعوة، أو الانضمام بصفة ضيف.
page-details = التفاصيل
