using EphemeralDebug.Sandbox.Api.Legacy;

namespace EphemeralDebug.Sandbox.Api.Editions;

/// <summary>What a server has of the API for ephemeral containers.</summary>
internal enum EphemeralContainersApi
{
    /// <summary>As today: the subresource takes pods.</summary>
    Current,

    /// <summary>As in 1.16 to 1.21 where the feature gate is on: the subresource takes documents of kind EphemeralContainers.</summary>
    Legacy,

    /// <summary>The same versions where the feature gate is off.</summary>
    Off,
}

/// <summary>The editions that have them.</summary>
internal static class ApiEditions
{
    public static ApiEdition Of(EphemeralContainersApi api) => api switch
    {
        EphemeralContainersApi.Legacy => LegacyEdition.WithGate,
        EphemeralContainersApi.Off => LegacyEdition.WithoutGate,
        _ => ApiEdition.Current,
    };
}
