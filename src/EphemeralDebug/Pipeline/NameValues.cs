using System.Collections;
using System.Management.Automation;

namespace EphemeralDebug.Pipeline;

/// <summary>Reads hashtables of names and texts.</summary>
internal static class NameValues
{
    /// <summary>The pairs in the table's order, values as PowerShell makes texts of them; none where there is no table.</summary>
    public static KeyValuePair<string, string>[] Read(IDictionary? table) => table is null
        ? []
        : [.. table.Cast<DictionaryEntry>().Select(static entry => KeyValuePair.Create(
            LanguagePrimitives.ConvertTo<string>(entry.Key),
            LanguagePrimitives.ConvertTo<string>(entry.Value) ?? ""))];
}
