subject-invite = { $inviter } lädt Sie zu „{ $title }“ ein
subject-invite-unknown = Einladung zu „{ $title }“
subject-meet = { $inviter } lädt Sie zu einer Besprechung ein: „{ $title }“
subject-meet-unknown = Einladung zu einer Besprechung: „{ $title }“
subject-cancel = Abgesagt: „{ $title }“
sender = { $inviter } über { $product }
untitled = Raum ohne Titel

greeting = Guten Tag { $name },
lead-invite = { $inviter } lädt Sie in diesen Raum ein.
lead-invite-unknown = Sie sind in diesen Raum eingeladen.
lead-meet = { $inviter } lädt Sie zu dieser Besprechung ein.
lead-meet-unknown = Sie sind zu dieser Besprechung eingeladen.
lead-cancel = { $inviter } hat diese Besprechung abgesagt.
lead-cancel-unknown = Diese Besprechung wurde abgesagt.

when = Wann
until = Bis { $when }
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

join-invite = Raum betreten
join-meet = An der Besprechung teilnehmen
link-hint = Falls die Schaltfläche nicht funktioniert, öffnen Sie diesen Link:
access = Sie können mit Ihrem Konto oder als Gast teilnehmen. Wer diesen Link hat, kann als Gast teilnehmen.

why = Sie erhalten diese E-Mail, weil { $inviter } die Adresse { $address } eingeladen hat.
why-unknown = Sie erhalten diese E-Mail, weil die Adresse { $address } eingeladen wurde.
reply = Antworten auf diese E-Mail gehen an { $inviter }.
ignore = Falls Sie diese Einladung nicht erwartet haben, können Sie sie einfach ignorieren.
made-with = Diese Einladung wurde mit { $product } erstellt.
stop = Diese E-Mails abbestellen

page-account = Mit Ihrem Konto
page-sign-in = Anmelden
page-sign-up = Konto erstellen
page-guest = Als Gast teilnehmen
page-name = Ihr Name (optional)
page-signed-in = Sie sind als { $name } angemeldet.
page-signed-in-unknown = Sie sind angemeldet.
page-wrong-account = Diese Einladung gilt jemand anderem. Sie können als Gast teilnehmen oder ein anderes Konto verwenden.
page-other-account = Anderes Konto verwenden
page-joined = Sie sind dabei
page-role = Ihre Rolle
role-admin = Administrator
role-member = Mitglied
role-guest = Gast
page-members = Mitglieder
page-more = … und weitere
page-not-found = Diese Einladung gibt es nicht
page-not-found-hint = Prüfen Sie, ob Sie den vollständigen Link geöffnet haben.
page-expired = Diese Einladung ist abgelaufen
page-revoked = Diese Einladung wurde zurückgezogen
page-ask = Bitten Sie { $inviter } um eine neue.
page-ask-unknown = Bitten Sie die Person, die Sie eingeladen hat, um eine neue.
page-busy = Einen Augenblick
page-busy-hint = Der Dienst ist ausgelastet. Bitte versuchen Sie es gleich noch einmal.
page-broken = Etwas ist schiefgegangen
page-broken-hint = Der Fehler liegt bei uns. Bitte versuchen Sie es später noch einmal.
page-forbidden = Das hat nicht geklappt
page-forbidden-hint = Öffnen Sie den Link Ihrer Einladung und versuchen Sie es noch einmal.
page-continue = Als { $name } weiter
page-not-you = Nicht { $name }?
page-no-cookie = Ihr Browser hat die Anmeldung nicht gespeichert
page-no-cookie-hint = Erlauben Sie Cookies für diese Website und öffnen Sie dann den Link Ihrer Einladung noch einmal.
page-password = Passwort
page-password-hint = Dieser Raum hat ein Passwort. Fragen Sie die Person danach, die Sie eingeladen hat.
page-password-wrong = Das ist nicht das Passwort dieses Raums.
page-too-many = Zu viele falsche Passwörter
page-too-many-hint = Bitte versuchen Sie es später noch einmal.
page-removed = Sie wurden aus diesem Raum entfernt
page-removed-hint = Nur ein Administrator des Raums kann Sie wieder hereinlassen.
page-archived = Dieser Raum ist archiviert
page-archived-hint = Zurzeit kann niemand beitreten.
page-invited-only = Dieser Raum ist nur für Eingeladene
page-invited-only-hint = Verwenden Sie das Konto, das eingeladen wurde, oder fragen Sie die Person, die Sie eingeladen hat.
page-decline = Einladung ablehnen
page-decline-hint = Die Person, die Sie eingeladen hat, sieht, dass Sie ablehnen. Sie können später trotzdem noch teilnehmen.
page-declined = Sie haben diese Einladung abgelehnt
page-declined-hint = Wenn Sie es sich anders überlegen, öffnen Sie den Link Ihrer Einladung noch einmal.
page-space = Melden Sie sich an, um diesen Raum zu öffnen
page-space-hint = Nur Mitglieder können ihn öffnen.
page-stop = E-Mails von { $product }
page-stop-hint = Sie haben per E-Mail eine Einladung erhalten. Wählen Sie, welche E-Mails Sie nicht mehr möchten.
page-stop-inviter = Keine E-Mails mehr von der einladenden Person
page-stop-all = Überhaupt keine E-Mails mehr
page-stop-report = Diese Einladung als Missbrauch melden
page-stop-undo = E-Mails wieder zulassen
page-stopped-inviter = Sie erhalten keine E-Mails mehr von der Person, die Sie eingeladen hat.
page-stopped-all = Sie erhalten keine E-Mails mehr von uns.
page-stop-undone = Sie lassen unsere E-Mails wieder zu.
page-reported = Danke. Die Einladung wurde gemeldet.
page-stop-unknown = Dieser Link funktioniert nicht
page-stop-unknown-hint = Er ist beschädigt oder zu alt. Verwenden Sie den Link in einer neueren E-Mail.
page-stop-own = Keine E-Mails mehr an meine Adresse
page-stop-own-undo = E-Mails an meine Adresse wieder zulassen
