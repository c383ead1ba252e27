namespace EphemeralDebug.Configuration.Credentials;

/// <summary>A version of the API <c>client.authentication.k8s.io</c>, in which credential programs are spoken to.</summary>
internal readonly record struct ExecApiVersion(string Name)
{
    public const string V1 = "client.authentication.k8s.io/v1";
    public const string V1Alpha1 = "client.authentication.k8s.io/v1alpha1";
    public const string V1Beta1 = "client.authentication.k8s.io/v1beta1";

    /// <summary>The version, or null when it is not supported (v1alpha1 was removed in 1.24).</summary>
    public static ExecApiVersion? Parse(string? name) => name is V1 or V1Beta1 ? new ExecApiVersion(name) : null;
}

/// <summary>What a credential program wants with standard input.</summary>
internal enum ExecInteraction
{
    /// <summary>It never reads it.</summary>
    Never,

    /// <summary>It reads it when it is a terminal.</summary>
    IfAvailable,

    /// <summary>It cannot run without it.</summary>
    Always,
}

/// <summary>The setting <c>interactiveMode</c>.</summary>
internal static class ExecInteractiveMode
{
    /// <summary>The mode, or null when it is unknown, or missing where it is required (v1).</summary>
    public static ExecInteraction? Parse(ExecEntry exec) => exec.InteractiveMode switch
    {
        "Never" => ExecInteraction.Never,
        "IfAvailable" => ExecInteraction.IfAvailable,
        "Always" => ExecInteraction.Always,
        null when exec.ApiVersion is ExecApiVersion.V1Beta1 or ExecApiVersion.V1Alpha1 => ExecInteraction.IfAvailable,
        _ => null,
    };
}
