"""What leaves: mails about notices, rendered as they leave."""

from django.core.mail import EmailMessage

from community.notifications.models import Mail
from community.notifications.rendering import mail_render
from community.notifications.selectors.mails import Wait, mail_content
from community.notifications.services.choosing import address_came_back
from community.notifications.services.gathering import mail_handed
from community.work.mailing import MailSender
from community.work.outcomes import Done, Later, Outcome


class NoticeMailSender(MailSender[Mail]):
    """One mail a row: who may not see or does not want what it says, by the time it leaves, gets none."""

    name = "notifications.mail"
    model = Mail

    def compose(self, item: Mail) -> EmailMessage | Outcome:
        """Render what is true now. Queries: about 12."""
        content = mail_content(item)
        if content is None:
            return Done()
        if isinstance(content, Wait):
            return Later(content.until)
        item.notice_ids = content.notice_ids
        item.member = content.member
        return mail_render(item, content)

    def handing(self, item: Mail) -> None:
        """No other mail takes these notices from now on, whatever becomes of this one."""
        mail_handed(item, list(item.notice_ids))

    def returned(self, item: Mail, code: str) -> None:
        """Stop mails to that address; the member's settings say so."""
        if item.member.email:
            address_came_back(member=item.member, address=item.member.email, code=code)
