subject-invite = הזמנה מאת { $inviter } להצטרף למרחב ”{ $title }”
subject-invite-unknown = הזמנה להצטרף למרחב ”{ $title }”
subject-meet = הזמנה מאת { $inviter } לפגישה ”{ $title }”
subject-meet-unknown = הזמנה לפגישה ”{ $title }”
subject-cancel = הפגישה בוטלה: ”{ $title }”
sender = { $inviter } באמצעות { $product }
untitled = מרחב ללא שם

greeting = שלום { $name },
lead-invite = קיבלת הזמנה מאת { $inviter } להצטרף למרחב הזה.
lead-invite-unknown = קיבלת הזמנה להצטרף למרחב הזה.
lead-meet = קיבלת הזמנה מאת { $inviter } לפגישה הזאת.
lead-meet-unknown = קיבלת הזמנה לפגישה הזאת.
lead-cancel = הפגישה הזאת בוטלה על ידי { $inviter }.
lead-cancel-unknown = הפגישה הזאת בוטלה.

when = מתי
until = עד { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } בשעה { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = התפקיד שלך
open-until = ההזמנה בתוקף עד: { $when }
hours =
    { $count ->
        [one] שעה אחת
        [two] שעתיים
       *[other] { $count } שעות
    }
minutes =
    { $count ->
        [one] דקה אחת
        [two] שתי דקות
       *[other] { $count } דקות
    }
hours-minutes = { $hours }, { $minutes }

join-invite = הצטרפות למרחב
join-meet = הצטרפות לפגישה
link-hint = אם הכפתור לא עובד, אפשר לפתוח את הקישור הזה:
access = אפשר להצטרף עם החשבון שלך או כאורח/ת. כל מי שקיבל את הקישור הזה יכול להצטרף כאורח/ת.
links-plain = מטעמי אבטחה, אי אפשר ללחוץ על הקישורים בטקסט הזה. כדאי להעתיק רק קישורים שסומכים עליהם.
links-marked = מטעמי אבטחה, בקישורים בטקסט הזה יש סוגריים, כמו example[.]com. כדי לפתוח קישור שסומכים עליו, יש להסיר את הסוגריים.

why = ההודעה הזאת נשלחה אליך כי לכתובת { $address } נשלחה הזמנה מאת { $inviter }.
why-unknown = ההודעה הזאת נשלחה אליך כי לכתובת { $address } נשלחה הזמנה.
reply = כדי לכתוב אל { $inviter }, אפשר להשיב להודעה הזאת.
ignore = אם לא ציפית להזמנה הזאת, אפשר להתעלם ממנה ללא חשש.
made-with = ההזמנה הזאת נוצרה באמצעות { $product }.
stop = הסרה מרשימת התפוצה
help = עזרה
privacy = פרטיות
support = פנייה לתמיכה

page-sign-in = התחברות
page-sign-up = יצירת חשבון
page-guest = הצטרפות כאורח/ת
page-name = השם שלך
page-signed-in = התחברת בשם { $name }.
page-signed-in-unknown = התחברת.
page-wrong-account = ההזמנה הזאת מיועדת למישהו אחר. אפשר להצטרף כאורח/ת או להשתמש בחשבון אחר.
page-other-account = שימוש בחשבון אחר
page-joined = הצטרפת למרחב
role-admin = מנהל/ת
role-member = חבר/ה
role-guest = אורח/ת
page-members = חברים
page-more =
    { $count ->
        [one] ועוד אדם אחד
        [two] ועוד שני אנשים
       *[other] ועוד { $count } אנשים
    }
page-not-found = ההזמנה הזאת לא קיימת
page-not-found-hint = כדאי לבדוק שהקישור מלא, או לפנות למי שהזמין אותך.
page-expired = פג התוקף של ההזמנה הזאת
page-revoked = ההזמנה הזאת בוטלה
page-ask = אפשר לפנות אל { $inviter } ולבקש הזמנה חדשה.
page-ask-unknown = אפשר לבקש הזמנה חדשה ממי שהזמין אותך.
page-busy = רק רגע
page-busy-hint = השירות עמוס כרגע. כדאי לנסות שוב בעוד כמה רגעים.
page-broken = משהו השתבש
page-broken-hint = התקלה אצלנו. כדאי לנסות שוב מאוחר יותר.
page-forbidden = הפעולה לא הצליחה
page-forbidden-hint = יש לפתוח את קישור ההזמנה ולנסות שוב.
page-continue = המשך בתור { $name }
page-not-you = לא { $name }?
page-no-cookie = הדפדפן לא שמר את ההתחברות
page-no-cookie-hint = יש לאפשר קובצי Cookie לאתר הזה ואז לפתוח שוב את קישור ההזמנה.
page-password = סיסמה
page-password-hint = המרחב הזה מוגן בסיסמה. אפשר לבקש אותה ממי שהזמין אותך.
page-password-wrong = הסיסמה שגויה.
page-too-many = יותר מדי ניסיונות להזין סיסמה
page-too-many-hint = אפשר לנסות שוב מאוחר יותר.
page-removed = הוסרת מהמרחב הזה
page-removed-hint = רק מנהלי המרחב יכולים לאפשר לך להצטרף שוב.
page-archived = המרחב הזה הועבר לארכיון
page-archived-hint = כרגע אי אפשר להצטרף אליו.
page-invited-only = המרחב הזה פתוח למוזמנים בלבד
page-invited-only-hint = אפשר להשתמש בחשבון שאליו נשלחה ההזמנה, או לפנות למי שהזמין אותך.
page-decline = דחיית ההזמנה
page-decline-hint = הדחייה תוצג בפני { $inviter }. עדיין אפשר להצטרף מאוחר יותר.
page-declined = דחית את ההזמנה הזאת
page-declined-hint = אם התחרטת, אפשר לפתוח שוב את קישור ההזמנה.
page-space = יש להתחבר כדי לפתוח את המרחב הזה
page-space-hint = רק חברים יכולים לפתוח אותו.
page-stop = הודעות דוא״ל מאת { $product }
page-stop-hint = קיבלת הזמנה בדוא״ל. אפשר לבחור אילו הודעות לא לקבל עוד.
page-stop-inviter = לא לקבל עוד הודעות ממי שהזמין אותי
page-stop-all = לא לקבל עוד הודעות מאף אחד
page-stop-report = דיווח על ההזמנה
page-stop-undo = לקבל שוב הודעות
page-stopped-inviter = לא יישלחו אליך עוד הודעות ממי שהזמין אותך.
page-stopped-all = לא יישלחו אליך עוד הודעות מאיתנו.
page-stop-undone = אישרת שוב לקבל מאיתנו הודעות.
page-reported = תודה. הדיווח על ההזמנה התקבל.
page-stop-unknown = הקישור הזה לא עובד
page-stop-unknown-hint = הוא פגום או ישן מדי. יש להשתמש בקישור מהודעה חדשה יותר.
page-stop-own = לא לשלוח עוד הודעות לכתובת שלי
page-stop-own-undo = לשלוח שוב הודעות לכתובת שלי
page-over = הפגישה הזאת הסתיימה
page-now = מתקיימת עכשיו
page-in-minutes =
    { $count ->
        [one] מתחילה בעוד דקה
        [two] מתחילה בעוד שתי דקות
       *[other] מתחילה בעוד { $count } דקות
    }
page-in-hours =
    { $count ->
        [one] מתחילה בעוד שעה
        [two] מתחילה בעוד שעתיים
       *[other] מתחילה בעוד { $count } שעות
    }
page-in-days =
    { $count ->
        [one] מחר
        [two] בעוד יומיים
       *[other] בעוד { $count } ימים
    }
page-people =
    { $count ->
        [one] אדם אחד הצטרף
        [two] שני אנשים הצטרפו
       *[other] { $count } אנשים הצטרפו
    }
page-add = הוספה ליומן
page-calendar-file = Apple ויומנים אחרים
page-next = כדי לחזור לכאן, אפשר לפתוח שוב את קישור ההזמנה.
page-open = פתיחת { $product }
page-you = אני
page-decline-hint-unknown = הדחייה תוצג בפני מי שהזמין אותך. עדיין אפשר להצטרף מאוחר יותר.
page-unverified = הכתובת שלך, { $address }, עדיין לא אומתה. אפשר לאמת אותה בחשבון כדי להצטרף לפי ההזמנה, או להצטרף כאורח/ת.
page-details = פרטים
