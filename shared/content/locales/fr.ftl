subject-invite = { $inviter } vous invite à rejoindre « { $title } »
subject-invite-unknown = Invitation à rejoindre « { $title } »
subject-meet = { $inviter } vous invite à une réunion : « { $title } »
subject-meet-unknown = Invitation à une réunion : « { $title } »
sender = { $inviter } via { $product }
untitled = Espace sans titre

greeting = Bonjour { $name },
lead-invite = { $inviter } vous invite à rejoindre cet espace.
lead-invite-unknown = Vous avez reçu une invitation à rejoindre cet espace.
lead-meet = { $inviter } vous invite à cette réunion.
lead-meet-unknown = Vous avez reçu une invitation à cette réunion.

when = Quand
until = Jusqu’au { $when }
hours =
    { $count ->
        [one] { $count } heure
       *[other] { $count } heures
    }
minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
hours-minutes = { $hours } { $minutes }

join-invite = Rejoindre l’espace
join-meet = Rejoindre la réunion
link-hint = Si le bouton ne fonctionne pas, ouvrez ce lien :
access = Vous pouvez participer avec votre compte ou en tant qu’invité. Toute personne disposant de ce lien peut participer en tant qu’invité.

why = { $inviter } a invité { $address } : c’est pourquoi vous recevez cet e-mail.
why-unknown = Vous recevez cet e-mail parce que { $address } a reçu une invitation.
reply = Répondez à cet e-mail pour écrire à { $inviter }.
ignore = Si vous n’attendiez pas cette invitation, vous pouvez l’ignorer sans risque.
made-with = Cette invitation a été créée avec { $product }.
