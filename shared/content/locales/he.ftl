subject-invite = הזמנה מאת { $inviter } להצטרף אל ”{ $title }”
subject-invite-unknown = הזמנה להצטרף אל ”{ $title }”
subject-meet = הזמנה מאת { $inviter } לפגישה: ”{ $title }”
subject-meet-unknown = הזמנה לפגישה: ”{ $title }”
sender = { $inviter } באמצעות { $product }
untitled = מרחב ללא שם

greeting = שלום { $name },
lead-invite = קיבלת הזמנה מאת { $inviter } להצטרף למרחב הזה.
lead-invite-unknown = קיבלת הזמנה להצטרף למרחב הזה.
lead-meet = קיבלת הזמנה מאת { $inviter } לפגישה הזאת.
lead-meet-unknown = קיבלת הזמנה לפגישה הזאת.

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
