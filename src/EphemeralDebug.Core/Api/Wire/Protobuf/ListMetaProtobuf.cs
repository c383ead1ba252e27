namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>Reads meta/v1 ListMeta.</summary>
internal static class ListMetaProtobuf
{
    public static ObjectMeta Read(ProtobufReader reader)
    {
        var metadata = new ObjectMeta();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 2:
                    metadata.ResourceVersion = reader.ReadText();
                    break;
                case 3:
                    metadata.Continue = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return metadata;
    }
}
