using System.Globalization;
using System.Numerics;

namespace EphemeralDebug.Debugging.Processes;

/// <summary>Numbers as files of <c>/proc</c> have them.</summary>
internal static class ProcNumber
{
    public static bool TryParse<T>(string text, out T number)
        where T : struct, INumberBase<T> => T.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
}
