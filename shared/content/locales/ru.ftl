subject-invite = { $inviter } приглашает вас в «{ $title }»
subject-invite-unknown = Приглашение в «{ $title }»
subject-meet = { $inviter } приглашает вас на встречу: «{ $title }»
subject-meet-unknown = Приглашение на встречу: «{ $title }»
subject-cancel = Встреча отменена: «{ $title }»
sender = { $inviter } через { $product }
untitled = Пространство без названия

greeting = Здравствуйте, { $name }!
lead-invite = { $inviter } приглашает вас в это пространство.
lead-invite-unknown = Вас приглашают в это пространство.
lead-meet = { $inviter } приглашает вас на эту встречу.
lead-meet-unknown = Вас приглашают на эту встречу.
lead-cancel = { $inviter } отменяет эту встречу.
lead-cancel-unknown = Эта встреча отменена.

when = Когда
until = До: { $when }
hours =
    { $count ->
        [one] { $count } час
        [few] { $count } часа
        [many] { $count } часов
       *[other] { $count } часа
    }
minutes =
    { $count ->
        [one] { $count } минута
        [few] { $count } минуты
        [many] { $count } минут
       *[other] { $count } минуты
    }
hours-minutes = { $hours } { $minutes }

join-invite = Войти в пространство
join-meet = Присоединиться к встрече
link-hint = Если кнопка не работает, откройте эту ссылку:
access = Вы можете войти со своей учётной записью или как гость. Любой, у кого есть эта ссылка, может войти как гость.

why = Вы получили это письмо, потому что { $inviter } приглашает { $address }.
why-unknown = Вы получили это письмо, потому что на адрес { $address } отправлено приглашение.
reply = Чтобы написать отправителю приглашения ({ $inviter }), ответьте на это письмо.
ignore = Если вы не ждали этого приглашения, просто не обращайте на него внимания.
made-with = Это приглашение создано в { $product }.
stop = Больше не получать такие письма

page-account = С учётной записью
page-sign-in = Войти
page-sign-up = Создать учётную запись
page-guest = Войти как гость
page-name = Ваше имя (необязательно)
page-signed-in = Вы вошли как { $name }.
page-signed-in-unknown = Вы вошли в систему.
page-wrong-account = Это приглашение для другого человека. Вы можете войти как гость или использовать другую учётную запись.
page-other-account = Использовать другую учётную запись
page-joined = Вы присоединились
page-role = Ваша роль
role-admin = Администратор
role-member = Участник
role-guest = Гость
page-members = Участники
page-more = … и другие
page-not-found = Такого приглашения нет
page-not-found-hint = Проверьте, что вы открыли ссылку целиком.
page-expired = Срок действия приглашения истёк
page-revoked = Это приглашение отозвано
page-ask = Попросите новое у того, кто вас пригласил: { $inviter }.
page-ask-unknown = Попросите новое у того, кто вас пригласил.
page-busy = Минутку
page-busy-hint = Сервис перегружен. Попробуйте ещё раз чуть позже.
page-broken = Что-то пошло не так
page-broken-hint = Это наша ошибка. Попробуйте ещё раз позже.
page-forbidden = Не получилось
page-forbidden-hint = Откройте ссылку из приглашения и попробуйте ещё раз.
page-continue = Продолжить как { $name }
page-not-you = Вы не { $name }?
page-no-cookie = Браузер не сохранил вход
page-no-cookie-hint = Разрешите файлы cookie для этого сайта и снова откройте ссылку из приглашения.
page-password = Пароль
page-password-hint = У этого пространства есть пароль. Узнайте его у того, кто вас пригласил.
page-password-wrong = Это не пароль этого пространства.
page-too-many = Слишком много неверных паролей
page-too-many-hint = Попробуйте ещё раз позже.
page-removed = Вас удалили из этого пространства
page-removed-hint = Снова впустить вас может только администратор пространства.
page-archived = Это пространство в архиве
page-archived-hint = Сейчас никто не может в него войти.
page-invited-only = Это пространство только для приглашённых
page-invited-only-hint = Используйте учётную запись, которую пригласили, или обратитесь к тому, кто вас пригласил.
page-decline = Отклонить приглашение
page-decline-hint = Тот, кто вас пригласил, увидит, что вы отказались. Войти можно будет и позже.
page-declined = Вы отклонили это приглашение
page-declined-hint = Если передумаете, снова откройте ссылку из приглашения.
page-space = Войдите, чтобы открыть это пространство
page-space-hint = Открыть его могут только участники.
page-stop = Письма от { $product }
page-stop-hint = Вы получили приглашение по электронной почте. Выберите, какие письма вы больше не хотите получать.
page-stop-inviter = Не получать писем от того, кто меня пригласил
page-stop-all = Не получать никаких писем
page-stop-report = Пожаловаться на это приглашение
page-stop-undo = Снова разрешить письма
page-stopped-inviter = Вы больше не будете получать писем от того, кто вас пригласил.
page-stopped-all = Вы больше не будете получать от нас писем.
page-stop-undone = Вы снова разрешили наши письма.
page-reported = Спасибо. Жалоба на приглашение отправлена.
page-stop-unknown = Эта ссылка не работает
page-stop-unknown-hint = Она повреждена или слишком старая. Откройте ссылку из более нового письма.
page-stop-own = Больше не присылать писем на мой адрес
page-stop-own-undo = Снова разрешить письма на мой адрес
