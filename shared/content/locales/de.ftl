subject-invite = { $inviter } lädt Sie zu „{ $title }“ ein
subject-invite-unknown = Einladung zu „{ $title }“
subject-meet = { $inviter } lädt Sie zu einer Besprechung ein: „{ $title }“
subject-meet-unknown = Einladung zu einer Besprechung: „{ $title }“
sender = { $inviter } über { $product }
untitled = Raum ohne Titel

greeting = Guten Tag { $name },
lead-invite = { $inviter } lädt Sie in diesen Raum ein.
lead-invite-unknown = Sie sind in diesen Raum eingeladen.
lead-meet = { $inviter } lädt Sie zu dieser Besprechung ein.
lead-meet-unknown = Sie sind zu dieser Besprechung eingeladen.

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
