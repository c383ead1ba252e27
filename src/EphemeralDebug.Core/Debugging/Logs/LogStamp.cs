using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EphemeralDebug.Debugging.Logs;

/// <summary>The time of a log line, to the nanosecond as runtimes write it.</summary>
/// <param name="Nanoseconds">Since the beginning of 1970.</param>
internal readonly record struct LogStamp(long Nanoseconds) : IComparable<LogStamp>
{
    private const int NanosecondsPerTick = 100;
    private const int FractionDigits = 9;
    private const int SecondsLength = 19;

    /// <summary>Nine digits of fraction and a zone such as <c>+02:00</c>.</summary>
    private const int LongestText = SecondsLength + 1 + FractionDigits + 6;

    /// <summary>Times before and after it cannot be told in nanoseconds.</summary>
    private const int FirstYear = 1970, LastYear = 2261;

    public static bool operator <(LogStamp left, LogStamp right) => left.Nanoseconds < right.Nanoseconds;

    public static bool operator >(LogStamp left, LogStamp right) => left.Nanoseconds > right.Nanoseconds;

    public static bool operator <=(LogStamp left, LogStamp right) => left.Nanoseconds <= right.Nanoseconds;

    public static bool operator >=(LogStamp left, LogStamp right) => left.Nanoseconds >= right.Nanoseconds;

    /// <summary>
    /// Reads the stamp that a text begins with, as RFC 3339 writes times, and the blank after it, which ends at
    /// <paramref name="length"/>. False when the text does not begin so.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out LogStamp stamp, out int length)
    {
        stamp = default;
        int blank = text[..Math.Min(text.Length, LongestText + 1)].IndexOf((byte)' ');
        length = blank + 1;
        if (blank <= SecondsLength || text[10] != 'T')
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[SecondsLength..blank];
        if (!TryReadFraction(ref rest, out int fraction))
        {
            return false;
        }

        string seconds = string.Concat(Encoding.Latin1.GetString(text[..SecondsLength]), Encoding.Latin1.GetString(rest));
        if (!DateTimeOffset.TryParseExact(
            seconds, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            || time.Year is < FirstYear or > LastYear)
        {
            return false;
        }

        stamp = new LogStamp(Of(time).Nanoseconds + fraction);
        return true;
    }

    public static LogStamp Of(DateTimeOffset time) => new((time - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick);

    /// <summary>The time, cut to what .NET's times hold: 100 ns.</summary>
    public DateTimeOffset ToTime() => DateTimeOffset.UnixEpoch.AddTicks(Nanoseconds / NanosecondsPerTick);

    /// <summary>The second that it is in, as a query names it.</summary>
    public string ToSecond() => DateTimeOffset.FromUnixTimeSeconds(ToTime().ToUnixTimeSeconds())
        .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public int CompareTo(LogStamp other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Takes a fraction of a second, which may be missing, off the front.</summary>
    private static bool TryReadFraction(ref ReadOnlySpan<byte> text, out int nanoseconds)
    {
        nanoseconds = 0;
        if (text[0] != '.')
        {
            return true;
        }

        text = text[1..];
        if (!Utf8Parser.TryParse(text, out nanoseconds, out int digits) || digits > FractionDigits || nanoseconds < 0 || text[0] is (byte)'+')
        {
            return false;
        }

        for (int digit = digits; digit < FractionDigits; digit++)
        {
            nanoseconds *= 10;
        }

        text = text[digits..];
        return !text.IsEmpty;
    }
}
