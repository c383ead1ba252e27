namespace EphemeralDebug.Sandbox.Api.Requests;

/// <summary>Values of queries, as the API server reads them.</summary>
internal static class QueryValues
{
    /// <summary>True for what Go's strconv.ParseBool takes for true.</summary>
    public static bool IsTrue(string? value) => value is "1" or "t" or "T" or "true" or "TRUE" or "True";
}
