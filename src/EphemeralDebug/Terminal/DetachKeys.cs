using System.Text;

namespace EphemeralDebug.Terminal;

/// <summary>
/// The keys that leave a session and let the remote end go on, in Docker's notation: keys joined by commas, each a
/// single character, <c>ctrl-</c> with a letter or one of <c>@ [ \ ] ^ _</c>, or <c>DEL</c>.
/// </summary>
internal sealed class DetachKeys
{
    private const string ControlPrefix = "ctrl-";

    private readonly byte[] _sequence;

    private DetachKeys(byte[] sequence) => _sequence = sequence;

    /// <summary>Ctrl+P, Ctrl+Q: Docker's choice.</summary>
    public static DetachKeys Default { get; } = Parse("ctrl-p,ctrl-q");

    /// <summary>No keys detach.</summary>
    public static DetachKeys None { get; } = new([]);

    /// <summary>The bytes that a terminal sends for the keys; empty when no keys detach.</summary>
    public ReadOnlySpan<byte> Sequence => _sequence;

    /// <summary>Reads a specification; an empty one means <see cref="None"/>.</summary>
    /// <exception cref="FormatException">It names something that is no key.</exception>
    public static DetachKeys Parse(string specification) =>
        specification.Length == 0 ? None : new DetachKeys([.. specification.Split(',').Select(ParseKey)]);

    /// <summary>The specification in its usual form, such as <c>ctrl-p,ctrl-q</c>.</summary>
    public override string ToString() => string.Join(',', _sequence.Select(Describe));

    private static byte ParseKey(string key)
    {
        if (key is [> ' ' and < '\x7f' and char character])
        {
            return (byte)character;
        }

        if (key.Equals("DEL", StringComparison.OrdinalIgnoreCase))
        {
            return 0x7f;
        }

        if (key.Length == ControlPrefix.Length + 1 && key.StartsWith(ControlPrefix, StringComparison.OrdinalIgnoreCase)
            && char.ToUpperInvariant(key[^1]) is >= '@' and <= '_' and char control)
        {
            return (byte)(control - '@');
        }

        throw new FormatException(
            $"'{key}' is no key. Keys are joined by commas; each is a single character, DEL, or ctrl- with a letter or one of @ [ \\ ] ^ _, such as ctrl-p,ctrl-q.");
    }

    private static string Describe(byte key) => key switch
    {
        < (byte)' ' => ControlPrefix + char.ToLowerInvariant((char)(key + '@')),
        0x7f => "DEL",
        _ => Encoding.ASCII.GetString([key]),
    };
}
