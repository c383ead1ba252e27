using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace EphemeralDebug.Sandbox.Kubelet.PortForward;

/// <summary>The query parameter "ports" as the API server converts it.</summary>
internal static class PortList
{
    /// <summary>The ports, of each value those between its commas.</summary>
    /// <exception cref="FormatException">One of them is no port; the message is the API server's.</exception>
    public static IReadOnlyList<ushort> Parse(StringValues values) =>
        [.. values.SelectMany(value => (value ?? "").Split(',')).Select(Parse)];

    private static ushort Parse(string text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return port;
        }

        bool isNumber = text.Length > 0 && text.All(char.IsAsciiDigit);
        throw new FormatException($"cannot convert to []int32: strconv.ParseUint: parsing \"{text}\": {(isNumber ? "value out of range" : "invalid syntax")}");
    }
}
