subject-invite = { $inviter } te ha invitado a «{ $title }»
subject-invite-unknown = Invitación a «{ $title }»
subject-meet = { $inviter } te ha invitado a una reunión: «{ $title }»
subject-meet-unknown = Invitación a una reunión: «{ $title }»
subject-cancel = Reunión cancelada: «{ $title }»
sender = { $inviter } vía { $product }
untitled = Espacio sin título

greeting = Hola, { $name }:
lead-invite = { $inviter } te ha invitado a unirte a este espacio.
lead-invite-unknown = Has recibido una invitación para unirte a este espacio.
lead-meet = { $inviter } te ha invitado a esta reunión.
lead-meet-unknown = Has recibido una invitación a esta reunión.
lead-cancel = { $inviter } ha cancelado esta reunión.
lead-cancel-unknown = Esta reunión se ha cancelado.

when = Cuándo
until = Fin: { $when }
time = { $time }
times = { $start } – { $end }
at = { $date }, { $time }
same-day = { $date }, { $times }
span = { $start } – { $end }
your-role = Tu rol
open-until = Esta invitación es válida hasta el { $when }.
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
access = Puedes unirte con tu cuenta o como visitante. Cualquier persona que tenga este enlace puede unirse como visitante.
links-plain = Por tu seguridad, no se puede hacer clic en los enlaces del texto anterior. Copia un enlace solo si confías en él.
links-marked = Por tu seguridad, los enlaces del texto anterior llevan corchetes, como en example[.]com. Quítalos para abrir un enlace en el que confíes.

why = Recibes este correo porque { $inviter } ha invitado a { $address }.
why-unknown = Recibes este correo porque { $address } ha recibido una invitación.
reply = Responde a este correo para escribir a { $inviter }.
ignore = Si no esperabas esta invitación, puedes ignorarla sin problema.
made-with = Esta invitación se ha creado con { $product }.
stop = Dejar de recibir estos correos
help = Ayuda
privacy = Privacidad
support = Contactar con soporte

page-sign-in = Iniciar sesión
page-sign-up = Crear una cuenta
page-guest = Unirse como visitante
page-name = Tu nombre
page-signed-in = Has iniciado sesión como { $name }.
page-signed-in-unknown = Has iniciado sesión.
page-wrong-account = Esta invitación es para otra persona. Únete como visitante o usa otra cuenta.
page-other-account = Usar otra cuenta
page-joined = Ya estás dentro
role-admin = Administrador
role-member = Miembro
role-guest = Visitante
page-members = Miembros
page-more =
    { $count ->
        [one] y 1 más
       *[other] y { $count } más
    }
page-not-found = Esta invitación no existe
page-not-found-hint = Comprueba que el enlace esté completo o ponte en contacto con la persona que te invitó.
page-expired = Esta invitación ha caducado
page-revoked = Esta invitación se ha anulado
page-ask = Pídele una nueva a { $inviter }.
page-ask-unknown = Pídele una nueva a la persona que te invitó.
page-busy = Un momento, por favor
page-busy-hint = El servicio está saturado. Vuelve a intentarlo en unos instantes.
page-broken = Se ha producido un error
page-broken-hint = El problema es nuestro. Vuelve a intentarlo más tarde.
page-forbidden = No ha funcionado
page-forbidden-hint = Abre el enlace de tu invitación y vuelve a intentarlo.
page-continue = Continuar como { $name }
page-not-you = ¿No eres { $name }?
page-no-cookie = Tu navegador no ha guardado la sesión
page-no-cookie-hint = Permite las cookies de este sitio y vuelve a abrir el enlace de tu invitación.
page-password = Contraseña
page-password-hint = Este espacio está protegido con una contraseña. Pídesela a la persona que te invitó.
page-password-wrong = La contraseña no es correcta.
page-too-many = Demasiadas contraseñas incorrectas
page-too-many-hint = Vuelve a intentarlo más tarde.
page-removed = Te han eliminado de este espacio
page-removed-hint = Solo un administrador del espacio puede volver a admitirte.
page-archived = Este espacio está archivado
page-archived-hint = Por ahora nadie puede unirse.
page-invited-only = Este espacio es solo para personas invitadas
page-invited-only-hint = Usa la cuenta que recibió la invitación o ponte en contacto con la persona que te invitó.
page-decline = Rechazar la invitación
page-decline-hint = { $inviter } verá que has rechazado la invitación. Aun así podrás unirte más tarde.
page-declined = Has rechazado esta invitación
page-declined-hint = Si cambias de opinión, vuelve a abrir el enlace de tu invitación.
page-space = Inicia sesión para abrir este espacio
page-space-hint = Solo los miembros pueden abrirlo.
page-stop = Correos de { $product }
page-stop-hint = Has recibido una invitación por correo. Elige qué correos ya no quieres recibir.
page-stop-inviter = Dejar de recibir correos de la persona que me invitó
page-stop-all = Dejar de recibir todos los correos
page-stop-report = Denunciar esta invitación
page-stop-undo = Volver a permitir los correos
page-stopped-inviter = Ya no recibirás correos de la persona que te invitó.
page-stopped-all = Ya no recibirás correos nuestros.
page-stop-undone = Has vuelto a permitir nuestros correos.
page-reported = Gracias. Se ha denunciado la invitación.
page-stop-unknown = Este enlace no funciona
page-stop-unknown-hint = Está incompleto o es demasiado antiguo. Usa el enlace de un correo más reciente.
page-stop-own = Dejar de recibir correos en mi dirección
page-stop-own-undo = Volver a permitir los correos a mi dirección
page-over = Esta reunión ha terminado
page-now = En curso
page-in-minutes =
    { $count ->
        [one] Empieza en { $count } minuto
       *[other] Empieza en { $count } minutos
    }
page-in-hours =
    { $count ->
        [one] Empieza en { $count } hora
       *[other] Empieza en { $count } horas
    }
page-in-days =
    { $count ->
        [one] Mañana
       *[other] Dentro de { $count } días
    }
page-people =
    { $count ->
        [one] Se ha unido 1 persona
       *[other] Se han unido { $count } personas
    }
page-add = Añadir al calendario
page-calendar-file = Apple y otros
page-next = Para volver, abre de nuevo el enlace de tu invitación.
page-open = Abrir { $product }
page-you = tú
page-decline-hint-unknown = La persona que te invitó verá que has rechazado la invitación. Aun así podrás unirte más tarde.
page-unverified = Tu dirección de correo { $address } aún no está verificada. Verifícala en tu cuenta para usar esta invitación o únete como visitante.
page-details = Detalles
