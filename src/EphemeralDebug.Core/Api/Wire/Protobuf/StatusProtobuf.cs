namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>Reads meta/v1 Status: a server that is asked for protobuf refuses in protobuf too.</summary>
internal static class StatusProtobuf
{
    /// <summary>The Status, or null when the bytes are something else.</summary>
    public static StatusResource? TryRead(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(KubernetesProtobuf.Magic))
        {
            return null;
        }

        try
        {
            return ReadEnvelope(new ProtobufReader(body[KubernetesProtobuf.Magic.Length..]));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static StatusResource? ReadEnvelope(ProtobufReader reader)
    {
        bool isStatus = false;
        StatusResource? status = null;
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case KubernetesProtobuf.EnvelopeType:
                    isStatus = KubernetesProtobuf.IsOfKind(reader.ReadMessage(), "Status"u8);
                    break;
                case KubernetesProtobuf.EnvelopeObject when isStatus:
                    status = Read(reader.ReadMessage());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return status;
    }

    private static StatusResource Read(ProtobufReader reader)
    {
        var status = new StatusResource { Kind = "Status" };
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    status.Metadata = ListMetaProtobuf.Read(reader.ReadMessage());
                    break;
                case 2:
                    status.Status = reader.ReadText();
                    break;
                case 3:
                    status.Message = reader.ReadText();
                    break;
                case 4:
                    status.Reason = reader.ReadText();
                    break;
                case 5:
                    status.Details = ReadDetails(reader.ReadMessage());
                    break;
                case 6:
                    status.Code = (int)reader.ReadNumber();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return status;
    }

    private static StatusDetails ReadDetails(ProtobufReader reader)
    {
        var details = new StatusDetails();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    details.Name = reader.ReadText();
                    break;
                case 2:
                    details.Group = reader.ReadText();
                    break;
                case 3:
                    details.Kind = reader.ReadText();
                    break;
                case 4:
                    (details.Causes ??= []).Add(ReadCause(reader.ReadMessage()));
                    break;
                case 5:
                    details.RetryAfterSeconds = (int)reader.ReadNumber();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return details;
    }

    private static StatusCause ReadCause(ProtobufReader reader)
    {
        var cause = new StatusCause();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    cause.Reason = reader.ReadText();
                    break;
                case 2:
                    cause.Message = reader.ReadText();
                    break;
                case 3:
                    cause.Field = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return cause;
    }
}
