subject-invite = دعوة من { $inviter } للانضمام إلى «{ $title }»
subject-invite-unknown = دعوة للانضمام إلى «{ $title }»
subject-meet = دعوة من { $inviter } إلى اجتماع: «{ $title }»
subject-meet-unknown = دعوة إلى اجتماع: «{ $title }»
subject-cancel = أُلغي الاجتماع: «{ $title }»
sender = { $inviter } عبر { $product }
untitled = مساحة بلا عنوان

greeting = مرحبًا { $name }،
lead-invite = وصلتك دعوة من { $inviter } للانضمام إلى هذه المساحة.
lead-invite-unknown = وصلتك دعوة للانضمام إلى هذه المساحة.
lead-meet = وصلتك دعوة من { $inviter } لحضور هذا الاجتماع.
lead-meet-unknown = وصلتك دعوة لحضور هذا الاجتماع.
lead-cancel = أُلغي هذا الاجتماع من قِبل { $inviter }.
lead-cancel-unknown = أُلغي هذا الاجتماع.

when = الموعد
until = حتى { $when }
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
link-hint = إذا لم يعمل الزر، فافتح هذا الرابط:
access = يمكنك الانضمام بحسابك أو بصفة ضيف. ويمكن لكل من لديه هذا الرابط الانضمام بصفة ضيف.

why = وصلتك هذه الرسالة لأن العنوان { $address } تلقّى دعوة من { $inviter }.
why-unknown = وصلتك هذه الرسالة لأن العنوان { $address } تلقّى دعوة.
reply = للكتابة إلى { $inviter }، يكفي الرد على هذه الرسالة.
ignore = إذا لم تكن هذه الدعوة متوقعة، فيمكنك تجاهلها بأمان.
made-with = أُنشئت هذه الدعوة باستخدام { $product }.
stop = إيقاف هذه الرسائل

page-account = باستخدام حسابك
page-sign-in = تسجيل الدخول
page-sign-up = إنشاء حساب
page-guest = الانضمام كضيف
page-name = الاسم (اختياري)
page-signed-in = تم تسجيل الدخول باسم { $name }.
page-signed-in-unknown = تم تسجيل الدخول.
page-wrong-account = هذه الدعوة موجهة إلى شخص آخر. يمكنك الانضمام كضيف أو استخدام حساب آخر.
page-other-account = استخدام حساب آخر
page-joined = تم الانضمام
page-role = دورك
role-admin = مسؤول
role-member = عضو
role-guest = ضيف
page-members = الأعضاء
page-more = … وآخرون
page-not-found = هذه الدعوة غير موجودة
page-not-found-hint = تأكد من فتح الرابط كاملًا.
page-expired = انتهت صلاحية هذه الدعوة
page-revoked = سُحبت هذه الدعوة
page-ask = اطلب دعوة جديدة من { $inviter }.
page-ask-unknown = اطلب دعوة جديدة ممن دعاك.
page-busy = لحظة من فضلك
page-busy-hint = الخدمة مشغولة. يُرجى المحاولة مرة أخرى بعد قليل.
page-broken = حدث خطأ ما
page-broken-hint = الخطأ من جانبنا. يُرجى المحاولة مرة أخرى لاحقًا.
page-forbidden = تعذّر ذلك
page-forbidden-hint = افتح رابط دعوتك وحاول مرة أخرى.
page-continue = المتابعة باسم { $name }
page-not-you = لست { $name }؟
page-no-cookie = لم يحفظ متصفحك تسجيل الدخول
page-no-cookie-hint = اسمح بملفات تعريف الارتباط لهذا الموقع، ثم افتح رابط دعوتك مرة أخرى.
page-password = كلمة المرور
page-password-hint = لهذه المساحة كلمة مرور. اطلبها ممن دعاك.
page-password-wrong = هذه ليست كلمة مرور هذه المساحة.
page-too-many = محاولات خاطئة كثيرة لكلمة المرور
page-too-many-hint = يُرجى المحاولة مرة أخرى لاحقًا.
page-removed = أُزلت من هذه المساحة
page-removed-hint = لا يمكن إلا لمسؤول المساحة أن يسمح لك بالدخول مجددًا.
page-archived = هذه المساحة مؤرشفة
page-archived-hint = لا يمكن لأحد الانضمام إليها حاليًا.
page-invited-only = هذه المساحة للمدعوين فقط
page-invited-only-hint = استخدم الحساب الذي وُجهت إليه الدعوة، أو تواصل مع من دعاك.
page-decline = رفض الدعوة
page-decline-hint = سيرى من دعاك أنك رفضت الدعوة. يمكنك الانضمام لاحقًا رغم ذلك.
page-declined = لقد رفضت هذه الدعوة
page-declined-hint = إذا غيرت رأيك، فافتح رابط دعوتك مرة أخرى.
page-space = سجّل الدخول لفتح هذه المساحة
page-space-hint = لا يمكن فتحها إلا للأعضاء.
page-stop = رسائل { $product }
page-stop-hint = تلقيت دعوة عبر البريد الإلكتروني. اختر الرسائل التي لم تعد تريدها.
page-stop-inviter = لا مزيد من الرسائل ممن دعاني
page-stop-all = لا مزيد من الرسائل من أي شخص
page-stop-report = الإبلاغ عن إساءة في هذه الدعوة
page-stop-undo = السماح بالرسائل مجددًا
page-stopped-inviter = لن تصلك رسائل أخرى ممن دعاك.
page-stopped-all = لن تصلك رسائل أخرى منا.
page-stop-undone = رسائلنا مسموح بها مجددًا.
page-reported = شكرًا لك. تم الإبلاغ عن الدعوة.
page-stop-unknown = هذا الرابط لا يعمل
page-stop-unknown-hint = الرابط تالف أو قديم جدًا. استخدم الرابط الموجود في رسالة أحدث.
page-stop-own = لا مزيد من الرسائل إلى عنواني
page-stop-own-undo = السماح بالرسائل إلى عنواني مجددًا
