subject-invite = { $inviter } te invita a «{ $title }»
subject-invite-unknown = Invitación a «{ $title }»
subject-meet = { $inviter } te invita a una reunión: «{ $title }»
subject-meet-unknown = Invitación a una reunión: «{ $title }»
sender = { $inviter } vía { $product }
untitled = Espacio sin título

greeting = Hola, { $name }:
lead-invite = { $inviter } te invita a unirte a este espacio.
lead-invite-unknown = Has recibido una invitación para unirte a este espacio.
lead-meet = { $inviter } te invita a esta reunión.
lead-meet-unknown = Has recibido una invitación a esta reunión.

when = Cuándo
until = Hasta el { $when }
hours =
    { $count ->
        [one] { $count } hora
       *[other] { $count } horas
    }
minutes =
    { $count ->
        [one] { $count } minuto
       *[other] { $count } minutos
    }
hours-minutes = { $hours } y { $minutes }

join-invite = Unirse al espacio
join-meet = Unirse a la reunión
link-hint = Si el botón no funciona, abre este enlace:
access = Puedes entrar con tu cuenta o como invitado. Cualquiera que tenga este enlace puede entrar como invitado.

why = Recibes este correo porque { $inviter } ha invitado a { $address }.
why-unknown = Recibes este correo porque se ha invitado a { $address }.
reply = Responde a este correo para escribir a { $inviter }.
ignore = Si no esperabas esta invitación, puedes ignorarla sin problema.
made-with = Esta invitación se ha creado con { $product }.
