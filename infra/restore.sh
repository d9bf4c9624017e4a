#!/usr/bin/env bash
# What comes before and after the table is restored or its items are copied back (docs/operations.md, Restore).
#
#   infra/restore.sh STACK begin     stops every reader of the table's stream and of the queues; requests are still answered
#   infra/restore.sh STACK finish    purges the queues, turns recovery and TTL on, starts the readers again
#
# Each step can be repeated.
set -euo pipefail

stack=${1:?usage: restore.sh STACK begin|finish}
aws() { command aws ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} "$@"; }
output() { aws cloudformation describe-stacks --stack-name "$stack" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text; }

mappings() { # --enabled or --no-enabled
    # The functions that read have outputs with their names.
    for function in $(aws cloudformation describe-stacks --stack-name "$stack" \
        --query "Stacks[0].Outputs[?ends_with(OutputKey, 'Name') && OutputKey != 'TableName'].OutputValue" --output text); do
        for uuid in $(aws lambda list-event-source-mappings --function-name "$function" --query 'EventSourceMappings[].UUID' --output text); do
            aws lambda update-event-source-mapping --uuid "$uuid" "$1" --query '[UUID, State]' --output text
        done
    done
}

case ${2:-} in
begin)
    mappings --no-enabled
    ;;
finish)
    # Messages are of the table as it was: of invitations that are not there, or of mailings that come again. What the table says is
    # to be told is queued again by the next change of an invitation, or by resending it.
    for queue in MailQueueUrl BulkMailQueueUrl MailDeadLettersUrl BulkMailDeadLettersUrl RelayFailuresUrl PublishFailuresUrl; do
        url=$(output "$queue")
        [ -n "$url" ] || continue
        aws sqs purge-queue --queue-url "$url"
        echo "$queue is purged"
    done
    # Events of SES are kept: bounces and complaints of mails that were sent stop addresses in the restored table, too.
    table=$(output TableName)
    aws dynamodb update-continuous-backups --table-name "$table" \
        --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true >/dev/null
    ttl=$(aws dynamodb describe-time-to-live --table-name "$table" --query TimeToLiveDescription.TimeToLiveStatus --output text)
    if [ "$ttl" != ENABLED ]; then
        aws dynamodb update-time-to-live --table-name "$table" --time-to-live-specification Enabled=true,AttributeName=expires_at >/dev/null
    fi
    # Stops that came after the restored time are gone from the table. Whom the account's own list in SES has is withheld by SES.
    set_=$(aws cloudformation describe-stack-resources --stack-name "$stack" --logical-resource-id MailConfiguration \
        --query 'StackResources[0].PhysicalResourceId' --output text)
    aws sesv2 put-configuration-set-suppression-options --configuration-set-name "$set_" --suppressed-reasons BOUNCE COMPLAINT
    mappings --enabled
    ;;
*)
    echo "usage: restore.sh STACK begin|finish" >&2
    exit 2
    ;;
esac
