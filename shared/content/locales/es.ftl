subject-invite = { $inviter } te invita a «{ $title }»
subject-invite-unknown = Invitación a «{ $title }»
subject-meet = { $inviter } te invita a una reunión: «{ $title }»
subject-meet-unknown = Invitación a una reunión: «{ $title }»
subject-cancel = Reunión cancelada: «{ $title }»
sender = { $inviter } vía { $product }
untitled = Espacio sin título

greeting = Hola, { $name }:
lead-invite = { $inviter } te invita a unirte a este espacio.
lead-invite-unknown = Has recibido una invitación para unirte a este espacio.
lead-meet = { $inviter } te invita a esta reunión.
lead-meet-unknown = Has recibido una invitación a esta reunión.
lead-cancel = { $inviter } ha cancelado esta reunión.
lead-cancel-unknown = Esta reunión se ha cancelado.

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
stop = Dejar de recibir estos correos

page-account = Con tu cuenta
page-sign-in = Iniciar sesión
page-sign-up = Crear una cuenta
page-guest = Entrar como invitado
page-name = Tu nombre (opcional)
page-signed-in = Has iniciado sesión como { $name }.
page-signed-in-unknown = Has iniciado sesión.
page-wrong-account = Esta invitación es para otra persona. Puedes entrar como invitado o usar otra cuenta.
page-other-account = Usar otra cuenta
page-joined = Ya estás dentro
page-role = Tu rol
role-admin = Administrador
role-member = Miembro
role-guest = Invitado
page-members = Miembros
page-more = … y más
page-not-found = Esta invitación no existe
page-not-found-hint = Comprueba que has abierto el enlace completo.
page-expired = Esta invitación ha caducado
page-revoked = Esta invitación se ha retirado
page-ask = Pide una nueva a { $inviter }.
page-ask-unknown = Pide una nueva a quien te invitó.
page-busy = Un momento
page-busy-hint = El servicio está ocupado. Vuelve a intentarlo en un momento.
page-broken = Algo ha salido mal
page-broken-hint = El fallo es nuestro. Vuelve a intentarlo más tarde.
page-forbidden = No ha funcionado
page-forbidden-hint = Abre el enlace de tu invitación y vuelve a intentarlo.
page-continue = Continuar como { $name }
page-not-you = ¿No eres { $name }?
page-no-cookie = Tu navegador no ha guardado la sesión
page-no-cookie-hint = Permite las cookies de este sitio y vuelve a abrir el enlace de tu invitación.
page-password = Contraseña
page-password-hint = Este espacio tiene una contraseña. Pídesela a quien te invitó.
page-password-wrong = Esa no es la contraseña de este espacio.
page-too-many = Demasiadas contraseñas incorrectas
page-too-many-hint = Vuelve a intentarlo más tarde.
page-removed = Te han eliminado de este espacio
page-removed-hint = Solo un administrador del espacio puede volver a dejarte entrar.
page-archived = Este espacio está archivado
page-archived-hint = Por ahora nadie puede entrar.
page-invited-only = Este espacio es solo para personas invitadas
page-invited-only-hint = Usa la cuenta que fue invitada o pregunta a quien te invitó.
page-decline = Rechazar la invitación
page-decline-hint = Quien te invitó verá que la rechazas. Aun así podrás entrar más tarde.
page-declined = Has rechazado esta invitación
page-declined-hint = Si cambias de opinión, vuelve a abrir el enlace de tu invitación.
page-space = Inicia sesión para abrir este espacio
page-space-hint = Solo los miembros pueden abrirlo.
page-stop = Correos de { $product }
page-stop-hint = Has recibido una invitación por correo. Elige qué correos ya no quieres recibir.
page-stop-inviter = No más correos de quien me ha invitado
page-stop-all = No más correos de nadie
page-stop-report = Denunciar esta invitación
page-stop-undo = Permitir los correos de nuevo
page-stopped-inviter = Ya no recibirás correos de quien te ha invitado.
page-stopped-all = Ya no recibirás correos nuestros.
page-stop-undone = Has vuelto a permitir nuestros correos.
page-reported = Gracias. Se ha denunciado la invitación.
page-stop-unknown = Este enlace no funciona
page-stop-unknown-hint = Está dañado o es demasiado antiguo. Usa el enlace de un correo más reciente.
page-stop-own = No más correos a mi dirección
page-stop-own-undo = Permitir de nuevo los correos a mi dirección
