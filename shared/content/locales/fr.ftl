subject-invite = { $inviter } vous invite à rejoindre « { $title } »
subject-invite-unknown = Invitation à rejoindre « { $title } »
subject-meet = { $inviter } vous invite à une réunion : « { $title } »
subject-meet-unknown = Invitation à une réunion : « { $title } »
subject-cancel = Réunion annulée : « { $title } »
sender = { $inviter } via { $product }
untitled = Espace sans titre

greeting = Bonjour { $name },
lead-invite = { $inviter } vous invite à rejoindre cet espace.
lead-invite-unknown = Vous avez reçu une invitation à rejoindre cet espace.
lead-meet = { $inviter } vous invite à cette réunion.
lead-meet-unknown = Vous avez reçu une invitation à cette réunion.
lead-cancel = { $inviter } a annulé cette réunion.
lead-cancel-unknown = Cette réunion a été annulée.

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
stop = Ne plus recevoir ces e-mails

page-account = Avec votre compte
page-sign-in = Se connecter
page-sign-up = Créer un compte
page-guest = Participer en tant qu’invité
page-name = Votre nom (facultatif)
page-signed-in = Vous êtes connecté en tant que { $name }.
page-signed-in-unknown = Vous êtes connecté.
page-wrong-account = Cette invitation s’adresse à quelqu’un d’autre. Vous pouvez participer en tant qu’invité ou utiliser un autre compte.
page-other-account = Utiliser un autre compte
page-joined = Vous y êtes
page-role = Votre rôle
role-admin = Administrateur
role-member = Membre
role-guest = Invité
page-members = Membres
page-more = … et d’autres
page-not-found = Cette invitation n’existe pas
page-not-found-hint = Vérifiez que vous avez ouvert le lien en entier.
page-expired = Cette invitation a expiré
page-revoked = Cette invitation a été retirée
page-ask = Demandez-en une nouvelle à { $inviter }.
page-ask-unknown = Demandez-en une nouvelle à la personne qui vous a invité.
page-busy = Un instant
page-busy-hint = Le service est occupé. Veuillez réessayer dans un instant.
page-broken = Une erreur s’est produite
page-broken-hint = L’erreur vient de nous. Veuillez réessayer plus tard.
page-forbidden = Cela n’a pas fonctionné
page-forbidden-hint = Ouvrez le lien de votre invitation et réessayez.
page-continue = Continuer en tant que { $name }
page-not-you = Vous n’êtes pas { $name } ?
page-no-cookie = Votre navigateur n’a pas conservé la connexion
page-no-cookie-hint = Autorisez les cookies pour ce site, puis rouvrez le lien de votre invitation.
page-password = Mot de passe
page-password-hint = Cet espace a un mot de passe. Demandez-le à la personne qui vous a invité.
page-password-wrong = Ce n’est pas le mot de passe de cet espace.
page-too-many = Trop de mots de passe incorrects
page-too-many-hint = Veuillez réessayer plus tard.
page-removed = Vous avez été retiré de cet espace
page-removed-hint = Seul un administrateur de l’espace peut vous y laisser revenir.
page-archived = Cet espace est archivé
page-archived-hint = Personne ne peut le rejoindre pour le moment.
page-invited-only = Cet espace est réservé aux personnes invitées
page-invited-only-hint = Utilisez le compte qui a été invité, ou adressez-vous à la personne qui vous a invité.
page-decline = Décliner l’invitation
page-decline-hint = La personne qui vous a invité verra que vous déclinez. Vous pourrez tout de même participer plus tard.
page-declined = Vous avez décliné cette invitation
page-declined-hint = Si vous changez d’avis, ouvrez à nouveau le lien de votre invitation.
page-space = Connectez-vous pour ouvrir cet espace
page-space-hint = Seuls les membres peuvent l’ouvrir.
page-stop = E-mails de { $product }
page-stop-hint = Vous avez reçu une invitation par e-mail. Choisissez les e-mails que vous ne voulez plus recevoir.
page-stop-inviter = Plus d’e-mails de la personne qui m’a invité
page-stop-all = Plus aucun e-mail
page-stop-report = Signaler cette invitation comme abusive
page-stop-undo = Autoriser à nouveau les e-mails
page-stopped-inviter = Vous ne recevrez plus d’e-mails de la personne qui vous a invité.
page-stopped-all = Vous ne recevrez plus d’e-mails de notre part.
page-stop-undone = Vous autorisez à nouveau nos e-mails.
page-reported = Merci. L’invitation a été signalée.
page-stop-unknown = Ce lien ne fonctionne pas
page-stop-unknown-hint = Il est endommagé ou trop ancien. Utilisez le lien d’un e-mail plus récent.
page-stop-own = Plus d’e-mails à mon adresse
page-stop-own-undo = Autoriser à nouveau les e-mails à mon adresse
