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
until = Fin : { $when }
time = { $time }
times = { $start } – { $end }
at = { $date } à { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Votre rôle
open-until = Cette invitation est valable jusqu’au { $when }.
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
access = Vous pouvez participer avec votre compte ou en tant que visiteur. Toute personne disposant de ce lien peut participer en tant que visiteur.
links-plain = Pour votre sécurité, les liens du texte ci-dessus ne sont pas cliquables. Ne copiez que les liens auxquels vous faites confiance.
links-marked = Pour votre sécurité, les liens du texte ci-dessus contiennent des crochets, comme dans example[.]com. Retirez-les pour ouvrir un lien auquel vous faites confiance.

why = Vous recevez cet e-mail, car { $inviter } a invité { $address }.
why-unknown = Vous recevez cet e-mail, car { $address } a reçu une invitation.
reply = Répondez à cet e-mail pour écrire à { $inviter }.
ignore = Si vous n’attendiez pas cette invitation, vous pouvez simplement l’ignorer.
made-with = Cette invitation a été créée avec { $product }.
stop = Ne plus recevoir ces e-mails
help = Aide
privacy = Confidentialité
support = Contacter l’assistance

page-sign-in = Se connecter
page-sign-up = Créer un compte
page-guest = Participer en tant que visiteur
page-name = Votre nom
page-signed-in = Vous utilisez le compte { $name }.
page-signed-in-unknown = Vous utilisez déjà un compte.
page-wrong-account = Cette invitation s’adresse à quelqu’un d’autre. Participez en tant que visiteur ou utilisez un autre compte.
page-other-account = Utiliser un autre compte
page-joined = Vous avez rejoint l’espace
role-admin = Administrateur
role-member = Membre
role-guest = Visiteur
page-members = Membres
page-more =
    { $count ->
        [one] et 1 autre
       *[other] et { $count } autres
    }
page-not-found = Cette invitation n’existe pas
page-not-found-hint = Vérifiez que le lien est complet, ou contactez la personne qui vous a envoyé l’invitation.
page-expired = Cette invitation a expiré
page-revoked = Cette invitation a été retirée
page-ask = Demandez-en une nouvelle à { $inviter }.
page-ask-unknown = Demandez-en une nouvelle à la personne qui vous l’a envoyée.
page-busy = Un instant, s’il vous plaît
page-busy-hint = Le service est très sollicité. Veuillez réessayer dans quelques instants.
page-broken = Une erreur s’est produite
page-broken-hint = Le problème vient de notre côté. Veuillez réessayer plus tard.
page-forbidden = Cela n’a pas fonctionné
page-forbidden-hint = Ouvrez le lien de votre invitation et réessayez.
page-continue = Continuer en tant que { $name }
page-not-you = Vous n’êtes pas { $name } ?
page-no-cookie = Votre navigateur n’a pas enregistré votre connexion
page-no-cookie-hint = Autorisez les cookies pour ce site, puis rouvrez le lien de votre invitation.
page-password = Mot de passe
page-password-hint = Cet espace est protégé par un mot de passe. Demandez-le à la personne qui vous a envoyé l’invitation.
page-password-wrong = Le mot de passe est incorrect.
page-too-many = Trop de mots de passe incorrects
page-too-many-hint = Veuillez réessayer plus tard.
page-removed = Vous ne faites plus partie de cet espace
page-removed-hint = Seul un administrateur de l’espace peut vous y redonner accès.
page-archived = Cet espace est archivé
page-archived-hint = Personne ne peut le rejoindre pour le moment.
page-invited-only = Cet espace est réservé aux personnes invitées
page-invited-only-hint = Utilisez le compte qui a reçu l’invitation, ou contactez la personne qui vous l’a envoyée.
page-decline = Décliner l’invitation
page-decline-hint = { $inviter } verra que vous avez décliné l’invitation. Vous pourrez tout de même participer plus tard.
page-declined = Vous avez décliné cette invitation
page-declined-hint = Si vous changez d’avis, ouvrez à nouveau le lien de votre invitation.
page-space = Connectez-vous pour ouvrir cet espace
page-space-hint = Seuls les membres peuvent l’ouvrir.
page-stop = E-mails envoyés par { $product }
page-stop-hint = Vous avez reçu une invitation par e-mail. Choisissez les e-mails que vous ne voulez plus recevoir.
page-stop-inviter = Ne plus recevoir d’e-mails de la personne qui m’a envoyé l’invitation
page-stop-all = Ne plus recevoir aucun e-mail
page-stop-report = Signaler cette invitation
page-stop-undo = Autoriser à nouveau les e-mails
page-stopped-inviter = Vous ne recevrez plus d’e-mails de la personne qui vous a envoyé l’invitation.
page-stopped-all = Vous ne recevrez plus d’e-mails de notre part.
page-stop-undone = Vous avez à nouveau autorisé nos e-mails.
page-reported = Merci. L’invitation a été signalée.
page-stop-unknown = Ce lien ne fonctionne pas
page-stop-unknown-hint = Il est incomplet ou trop ancien. Utilisez le lien d’un e-mail plus récent.
page-stop-own = Ne plus recevoir d’e-mails à mon adresse
page-stop-own-undo = Autoriser à nouveau les e-mails à mon adresse
page-over = Cette réunion est terminée
page-now = En cours
page-in-minutes =
    { $count ->
        [one] Commence dans { $count } minute
       *[other] Commence dans { $count } minutes
    }
page-in-hours =
    { $count ->
        [one] Commence dans { $count } heure
       *[other] Commence dans { $count } heures
    }
page-in-days =
    { $count ->
        [one] Demain
       *[other] Dans { $count } jours
    }
page-people =
    { $count ->
        [one] { $count } personne participe
       *[other] { $count } personnes participent
    }
page-add = Ajouter à l’agenda
page-calendar-file = Apple et autres
page-next = Pour revenir, ouvrez à nouveau le lien de votre invitation.
page-open = Ouvrir { $product }
page-you = vous
page-decline-hint-unknown = La personne qui vous a envoyé l’invitation verra que vous l’avez déclinée. Vous pourrez tout de même participer plus tard.
page-unverified = Votre adresse e-mail { $address } n’est pas encore vérifiée. Vérifiez-la dans votre compte pour utiliser cette invitation, ou participez en tant que visiteur.
page-details = Détails
