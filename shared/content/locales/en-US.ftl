subject-invite = { $inviter } invites you to “{ $title }”
subject-invite-unknown = You’re invited to “{ $title }”
subject-meet = { $inviter } invites you to a meeting: “{ $title }”
subject-meet-unknown = You’re invited to a meeting: “{ $title }”
subject-cancel = Canceled: “{ $title }”
sender = { $inviter } via { $product }
untitled = Untitled space

greeting = Hello { $name },
lead-invite = { $inviter } invites you to join this space.
lead-invite-unknown = You’re invited to join this space.
lead-meet = { $inviter } invites you to this meeting.
lead-meet-unknown = You’re invited to this meeting.
lead-cancel = { $inviter } canceled this meeting.
lead-cancel-unknown = This meeting was canceled.

when = When
until = Until { $when }
hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
hours-minutes = { $hours } { $minutes }

join-invite = Join the space
join-meet = Join the meeting
link-hint = If the button doesn’t work, open this link:
access = You can join with your account or as a guest. Anyone who has this link can join as a guest.

why = You received this email because { $inviter } invited { $address }.
why-unknown = You received this email because { $address } was invited.
reply = Reply to this email to write to { $inviter }.
ignore = If you weren’t expecting this invitation, you can safely ignore it.
made-with = This invitation was created with { $product }.
stop = Stop these emails

page-account = With your account
page-sign-in = Sign in
page-sign-up = Create an account
page-guest = Join as a guest
page-name = Your name (optional)
page-signed-in = You’re signed in as { $name }.
page-signed-in-unknown = You’re signed in.
page-wrong-account = This invitation is for somebody else. You can join as a guest, or use another account.
page-other-account = Use another account
page-joined = You’re in
page-role = Your role
role-admin = Administrator
role-member = Member
role-guest = Guest
page-members = Members
page-more = … and more
page-not-found = This invitation doesn’t exist
page-not-found-hint = Check that you opened the whole link.
page-expired = This invitation has expired
page-revoked = This invitation has been withdrawn
page-ask = Ask { $inviter } for a new one.
page-ask-unknown = Ask whoever invited you for a new one.
page-busy = Just a moment
page-busy-hint = The service is busy. Please try again in a moment.
page-broken = Something went wrong
page-broken-hint = The fault is ours. Please try again later.
page-forbidden = That didn’t work
page-forbidden-hint = Open the link of your invitation and try again.
page-continue = Continue as { $name }
page-not-you = Not { $name }?
page-no-cookie = Your browser didn’t keep the sign-in
page-no-cookie-hint = Allow cookies for this site, then open the link of your invitation again.
page-password = Password
page-password-hint = This space has a password. Ask whoever invited you for it.
page-password-wrong = That is not the password of this space.
page-too-many = Too many wrong passwords
page-too-many-hint = Please try again later.
page-removed = You were removed from this space
page-removed-hint = Only an administrator of the space can let you in again.
page-archived = This space is archived
page-archived-hint = Nobody can join it at the moment.
page-invited-only = This space is for invited people only
page-invited-only-hint = Use the account that was invited, or ask whoever invited you.
page-decline = Decline the invitation
page-decline-hint = Whoever invited you will see that you decline. You can still join later.
page-declined = You have declined this invitation
page-declined-hint = If you change your mind, open the link of your invitation again.
page-space = Sign in to open this space
page-space-hint = Only members can open it.
page-stop = Emails from { $product }
page-stop-hint = You received an invitation by email. Choose which emails you no longer want.
page-stop-inviter = No more emails from whoever invited you
page-stop-all = No more emails from anybody
page-stop-report = Report this invitation as abuse
page-stop-undo = Allow emails again
page-stopped-inviter = You won’t get any more emails from whoever invited you.
page-stopped-all = You won’t get any more emails from us.
page-stop-undone = You’ve allowed our emails again.
page-reported = Thank you. The invitation has been reported.
page-stop-unknown = This link doesn’t work
page-stop-unknown-hint = It is damaged or too old. Use the link in a newer email.
page-stop-own = No more emails to my address
page-stop-own-undo = Allow emails to my address again
