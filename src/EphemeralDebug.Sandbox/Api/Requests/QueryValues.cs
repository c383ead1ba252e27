using System.Globalization;
using EphemeralDebug.Sandbox.Serialization;
using Microsoft.Extensions.Primitives;

namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>Values of queries, as the API server reads them (k8s.io/apimachinery/pkg/runtime, conversion.go).</summary>
internal static class QueryValues
{
    /// <summary>True for what Go's strconv.ParseBool takes for true.</summary>
    public static bool IsTrue(string? value) => value is "1" or "t" or "T" or "true" or "TRUE" or "True";

    /// <summary>An option: given with any value but "0" and "false" it is set, also with none.</summary>
    public static bool IsSet(StringValues values) =>
        values.Count > 0 && values[0] != "0" && !string.Equals(values[0], "false", StringComparison.OrdinalIgnoreCase);

    /// <summary>A whole number; null when it is not given.</summary>
    /// <exception cref="ApiStatusException">It is none.</exception>
    public static long? Integer(StringValues values)
    {
        if (values.Count == 0)
        {
            return null;
        }

        string text = values[0] ?? "";
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return number;
        }

        string digits = text.TrimStart('+', '-');
        string why = digits.Length > 0 && digits.All(char.IsAsciiDigit) ? "value out of range" : "invalid syntax";
        throw new ApiStatusException(ApiStatus.BadRequest($"strconv.ParseInt: parsing {GoFormat.Quote(text)}: {why}"));
    }
}
