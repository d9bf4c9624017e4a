subject-invite = { $inviter } lädt Sie zu „{ $title }“ ein
subject-invite-unknown = Einladung zu „{ $title }“
subject-meet = { $inviter } lädt Sie zu einer Besprechung ein: „{ $title }“
subject-meet-unknown = Einladung zu einer Besprechung: „{ $title }“
subject-cancel = Abgesagt: „{ $title }“
sender = { $inviter } über { $product }
untitled = Raum ohne Titel

greeting = Guten Tag { $name },
lead-invite = { $inviter } lädt Sie ein, diesem Raum beizutreten.
lead-invite-unknown = Sie wurden eingeladen, diesem Raum beizutreten.
lead-meet = { $inviter } lädt Sie zu dieser Besprechung ein.
lead-meet-unknown = Sie wurden zu dieser Besprechung eingeladen.
lead-cancel = { $inviter } hat diese Besprechung abgesagt.
lead-cancel-unknown = Diese Besprechung wurde abgesagt.

when = Wann
until = Bis { $when }
time = { $time } Uhr
times = { $start } – { $end } Uhr
at = { $date } um { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Ihre Rolle
open-until = Diese Einladung gilt bis { $when }.
hours =
    { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }
minutes =
    { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
hours-minutes = { $hours } { $minutes }

join-invite = Dem Raum beitreten
join-meet = An der Besprechung teilnehmen
link-hint = Falls die Schaltfläche nicht funktioniert, öffnen Sie diesen Link:
access = Sie können mit Ihrem Konto oder als Gast teilnehmen. Wer diesen Link hat, kann als Gast teilnehmen.
links-plain = Zu Ihrer Sicherheit sind Links im Text oben nicht anklickbar. Kopieren Sie einen Link nur, wenn Sie ihm vertrauen.
links-marked = Zu Ihrer Sicherheit enthalten Links im Text oben eckige Klammern, wie in example[.]com. Entfernen Sie die Klammern, um einen Link zu öffnen, dem Sie vertrauen.

why = Sie erhalten diese E-Mail, weil { $inviter } die Adresse { $address } eingeladen hat.
why-unknown = Sie erhalten diese E-Mail, weil die Adresse { $address } eingeladen wurde.
reply = Antworten auf diese E-Mail gehen an { $inviter }.
ignore = Falls Sie diese Einladung nicht erwartet haben, ignorieren Sie sie einfach.
made-with = Diese Einladung wurde mit { $product } erstellt.
stop = Diese E-Mails abbestellen
help = Hilfe
privacy = Datenschutz
support = Support kontaktieren

page-sign-in = Anmelden
page-sign-up = Konto erstellen
page-guest = Als Gast teilnehmen
page-name = Ihr Name
page-signed-in = Sie sind als { $name } angemeldet.
page-signed-in-unknown = Sie sind angemeldet.
page-wrong-account = Diese Einladung ist für eine andere Person. Nehmen Sie als Gast teil oder verwenden Sie ein anderes Konto.
page-other-account = Anderes Konto verwenden
page-joined = Sie sind dabei
role-admin = Administrator
role-member = Mitglied
role-guest = Gast
page-members = Mitglieder
page-more =
    { $count ->
        [one] und 1 weitere Person
       *[other] und { $count } weitere
    }
page-not-found = Diese Einladung gibt es nicht
page-not-found-hint = Prüfen Sie, ob Sie den vollständigen Link geöffnet haben, oder wenden Sie sich an die Person, die Sie eingeladen hat.
page-expired = Diese Einladung ist abgelaufen
page-revoked = Diese Einladung wurde zurückgezogen
page-ask = Bitten Sie { $inviter } um eine neue Einladung.
page-ask-unknown = Bitten Sie die Person, die Sie eingeladen hat, um eine neue Einladung.
page-busy = Einen Moment bitte
page-busy-hint = Der Dienst ist gerade stark ausgelastet. Bitte versuchen Sie es gleich noch einmal.
page-broken = Da ist etwas schiefgelaufen
page-broken-hint = Der Fehler liegt bei uns. Bitte versuchen Sie es später noch einmal.
page-forbidden = Das hat nicht geklappt
page-forbidden-hint = Öffnen Sie den Link in Ihrer Einladung und versuchen Sie es noch einmal.
page-continue = Als { $name } fortfahren
page-not-you = Sie sind nicht { $name }?
page-no-cookie = Ihr Browser hat die Anmeldung nicht gespeichert
page-no-cookie-hint = Erlauben Sie Cookies für diese Website und öffnen Sie dann den Link in Ihrer Einladung noch einmal.
page-password = Passwort
page-password-hint = Dieser Raum ist mit einem Passwort geschützt. Sie erhalten es von der Person, die Sie eingeladen hat.
page-password-wrong = Das Passwort ist falsch.
page-too-many = Das Passwort wurde zu oft falsch eingegeben
page-too-many-hint = Bitte versuchen Sie es später noch einmal.
page-removed = Sie wurden aus diesem Raum entfernt
page-removed-hint = Nur ein Administrator des Raums kann Sie wieder hereinlassen.
page-archived = Dieser Raum ist archiviert
page-archived-hint = Zurzeit kann niemand beitreten.
page-invited-only = Diesem Raum können nur eingeladene Personen beitreten
page-invited-only-hint = Verwenden Sie das Konto, das eingeladen wurde, oder wenden Sie sich an die Person, die Sie eingeladen hat.
page-decline = Einladung ablehnen
page-decline-hint = { $inviter } erfährt, dass Sie abgelehnt haben. Sie können später trotzdem noch teilnehmen.
page-declined = Sie haben diese Einladung abgelehnt
page-declined-hint = Wenn Sie es sich anders überlegen, öffnen Sie den Link in Ihrer Einladung noch einmal.
page-space = Melden Sie sich an, um diesen Raum zu öffnen
page-space-hint = Nur Mitglieder können ihn öffnen.
page-stop = E-Mails von { $product }
page-stop-hint = Sie haben per E-Mail eine Einladung erhalten. Wählen Sie aus, welche E-Mails Sie nicht mehr erhalten möchten.
page-stop-inviter = E-Mails der Person abbestellen, die mich eingeladen hat
page-stop-all = Alle E-Mails abbestellen
page-stop-report = Diese Einladung melden
page-stop-undo = E-Mails wieder zulassen
page-stopped-inviter = Sie erhalten keine E-Mails mehr von der Person, die Sie eingeladen hat.
page-stopped-all = Sie erhalten keine E-Mails mehr von uns.
page-stop-undone = Sie haben unsere E-Mails wieder zugelassen.
page-reported = Vielen Dank. Die Einladung wurde gemeldet.
page-stop-unknown = Dieser Link funktioniert nicht
page-stop-unknown-hint = Er ist unvollständig oder zu alt. Verwenden Sie den Link in einer neueren E-Mail.
page-stop-own = E-Mails an meine Adresse abbestellen
page-stop-own-undo = E-Mails an meine Adresse wieder zulassen
page-over = Diese Besprechung ist beendet
page-now = Läuft gerade
page-in-minutes =
    { $count ->
        [one] Beginnt in 1 Minute
       *[other] Beginnt in { $count } Minuten
    }
page-in-hours =
    { $count ->
        [one] Beginnt in 1 Stunde
       *[other] Beginnt in { $count } Stunden
    }
page-in-days =
    { $count ->
        [one] Morgen
       *[other] In { $count } Tagen
    }
page-people =
    { $count ->
        [one] 1 Person ist dabei
       *[other] { $count } Personen sind dabei
    }
page-add = Zum Kalender hinzufügen
page-calendar-file = Apple und andere
page-next = Um zurückzukehren, öffnen Sie einfach noch einmal den Link in Ihrer Einladung.
page-open = { $product } öffnen
page-you = Sie
page-decline-hint-unknown = Die Person, die Sie eingeladen hat, erfährt, dass Sie abgelehnt haben. Sie können später trotzdem noch teilnehmen.
page-unverified = Ihre E-Mail-Adresse { $address } ist noch nicht bestätigt. Bestätigen Sie sie in Ihrem Konto, um diese Einladung zu nutzen, oder nehmen Sie als Gast teil.
page-details = Details
