namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>Reads k8s.io/apimachinery's Time.</summary>
internal static class TimeProtobuf
{
    private static readonly long s_first = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long s_last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The time in whole seconds, as JSON has it; null when the message is empty, which stands for no time.</summary>
    public static DateTimeOffset? Read(ProtobufReader reader)
    {
        long? seconds = null;
        while (reader.TryReadField(out int number))
        {
            if (number == 1)
            {
                seconds = reader.ReadNumber();
            }
            else
            {
                seconds ??= 0;
                reader.Skip();
            }
        }

        return seconds switch
        {
            null => null,
            { } value when value >= s_first && value <= s_last => DateTimeOffset.FromUnixTimeSeconds(value),
            _ => throw new InvalidDataException("A time is out of range."),
        };
    }
}
