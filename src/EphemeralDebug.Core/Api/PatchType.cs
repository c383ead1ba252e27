namespace EphemeralDebug.Api;

/// <summary>The content types of patches.</summary>
internal static class PatchType
{
    public const string StrategicMerge = "application/strategic-merge-patch+json";
}
