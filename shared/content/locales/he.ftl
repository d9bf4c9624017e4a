subject-invite = הזמנה מאת { $inviter } להצטרף אל ”{ $title }”
subject-invite-unknown = הזמנה להצטרף אל ”{ $title }”
subject-meet = הזמנה מאת { $inviter } לפגישה: ”{ $title }”
subject-meet-unknown = הזמנה לפגישה: ”{ $title }”
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
link-hint = אם הכפתור אינו פועל, אפשר לפתוח את הקישור הזה:
access = אפשר להצטרף עם החשבון שלך או כאורח. כל מי שהקישור הזה בידיו יכול להצטרף כאורח.

why = הודעה זו נשלחה אליך משום שהכתובת { $address } קיבלה הזמנה מאת { $inviter }.
why-unknown = הודעה זו נשלחה אליך משום שהכתובת { $address } קיבלה הזמנה.
reply = כדי לכתוב אל { $inviter }, אפשר להשיב להודעה זו.
ignore = אם לא ציפית להזמנה הזאת, אפשר להתעלם ממנה ללא חשש.
made-with = ההזמנה הזאת נוצרה באמצעות { $product }.
stop = להפסיק לקבל הודעות כאלה

page-account = עם החשבון שלך
page-sign-in = כניסה
page-sign-up = יצירת חשבון
page-guest = הצטרפות כאורח
page-name = השם שלך (לא חובה)
page-signed-in = התחברת בשם { $name }.
page-signed-in-unknown = התחברת.
page-wrong-account = ההזמנה הזאת מיועדת למישהו אחר. אפשר להצטרף כאורח או להשתמש בחשבון אחר.
page-other-account = שימוש בחשבון אחר
page-joined = הצטרפת
page-role = התפקיד שלך
role-admin = מנהל
role-member = חבר
role-guest = אורח
page-members = חברים
page-more = … ועוד
page-not-found = ההזמנה הזאת אינה קיימת
page-not-found-hint = כדאי לבדוק שהקישור נפתח במלואו.
page-expired = תוקף ההזמנה הזאת פג
page-revoked = ההזמנה הזאת בוטלה
page-ask = אפשר לפנות אל { $inviter } ולבקש הזמנה חדשה.
page-ask-unknown = אפשר לבקש הזמנה חדשה ממי ששלח אותה.
page-busy = רק רגע
page-busy-hint = השירות עמוס. אפשר לנסות שוב בעוד רגע.
page-broken = משהו השתבש
page-broken-hint = התקלה אצלנו. אפשר לנסות שוב מאוחר יותר.
page-forbidden = זה לא הצליח
page-forbidden-hint = אפשר לפתוח את קישור ההזמנה ולנסות שוב.
page-continue = להמשיך בשם { $name }
page-not-you = לא { $name }?
page-no-cookie = הדפדפן לא שמר את הכניסה
page-no-cookie-hint = יש לאפשר קובצי Cookie לאתר הזה ואז לפתוח שוב את קישור ההזמנה.
page-password = סיסמה
page-password-hint = למרחב הזה יש סיסמה. אפשר לבקש אותה ממי ששלח את ההזמנה.
page-password-wrong = זו לא הסיסמה של המרחב הזה.
page-too-many = יותר מדי סיסמאות שגויות
page-too-many-hint = אפשר לנסות שוב מאוחר יותר.
page-removed = הוסרת מהמרחב הזה
page-removed-hint = רק מנהל של המרחב יכול לאפשר לך להיכנס שוב.
page-archived = המרחב הזה הועבר לארכיון
page-archived-hint = כרגע אי אפשר להצטרף אליו.
page-invited-only = המרחב הזה פתוח למוזמנים בלבד
page-invited-only-hint = אפשר להשתמש בחשבון שהוזמן, או לפנות למי ששלח את ההזמנה.
page-decline = לדחות את ההזמנה
page-decline-hint = מי ששלח את ההזמנה יראה שדחית אותה. עדיין אפשר להצטרף מאוחר יותר.
page-declined = דחית את ההזמנה הזאת
page-declined-hint = אם התחרטת, אפשר לפתוח שוב את קישור ההזמנה.
page-space = יש להתחבר כדי לפתוח את המרחב הזה
page-space-hint = רק חברים יכולים לפתוח אותו.
page-stop = הודעות דוא״ל מ־{ $product }
page-stop-hint = קיבלת הזמנה בדוא״ל. אפשר לבחור אילו הודעות לא לקבל עוד.
page-stop-inviter = לא לקבל עוד הודעות ממי שהזמין אותי
page-stop-all = לא לקבל עוד הודעות מאף אחד
page-stop-report = דיווח על ההזמנה כשימוש לרעה
page-stop-undo = לאפשר שוב הודעות
page-stopped-inviter = לא יישלחו אליך עוד הודעות ממי שהזמין אותך.
page-stopped-all = לא נשלח אליך עוד הודעות.
page-stop-undone = ההודעות שלנו מותרות שוב.
page-reported = תודה. ההזמנה דווחה.
page-stop-unknown = הקישור הזה לא עובד
page-stop-unknown-hint = הוא פגום או ישן מדי. יש להשתמש בקישור מהודעה חדשה יותר.
page-stop-own = לא לשלוח עוד הודעות לכתובת שלי
page-stop-own-undo = לאפשר שוב הודעות לכתובת שלי
