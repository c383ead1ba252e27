using System.Globalization;
using System.Text.Json.Nodes;
using EphemeralDebug.Sandbox.Api.Validation;
using EphemeralDebug.Sandbox.Serialization;

namespace EphemeralDebug.Sandbox.Api.Admission.PodSecurity;

/// <summary>How much a namespace lets its pods do.</summary>
internal enum PodSecurityLevel
{
    Privileged,
    Baseline,
    Restricted,
}

/// <summary>A level as it was defined in a minor version of Kubernetes; null is the latest.</summary>
internal readonly record struct LevelVersion(PodSecurityLevel Level, int? Minor)
{
    public static LevelVersion Privileged => new(PodSecurityLevel.Privileged, null);

    /// <summary>The version to check against, never later than what this server knows.</summary>
    public int EffectiveMinor => Math.Min(Minor ?? ServerVersion.Minor, ServerVersion.Minor);

    public override string ToString()
    {
        string version = Minor is { } minor ? string.Create(CultureInfo.InvariantCulture, $"v1.{minor}") : "latest";
        return $"{PodSecurityPolicy.LevelNames[(int)Level]}:{version}";
    }
}

/// <summary>What a namespace's labels ask for.</summary>
internal sealed record PodSecurityPolicy(LevelVersion Enforce, LevelVersion Warn)
{
    private const string Prefix = "pod-security.kubernetes.io/";

    public static IReadOnlyList<string> LevelNames { get; } = ["privileged", "baseline", "restricted"];

    /// <summary>The policy of a namespace and the labels that cannot be understood.</summary>
    public static PodSecurityPolicy Read(JsonObject? labels, out IReadOnlyList<FieldError> errors)
    {
        var problems = new List<FieldError>();
        LevelVersion enforce = ReadMode(labels, "enforce", PodSecurityLevel.Restricted, problems);
        ReadMode(labels, "audit", PodSecurityLevel.Privileged, problems);
        LevelVersion warn = ReadMode(labels, "warn", PodSecurityLevel.Privileged, problems);

        // Who enforces a level without saying what to warn of is warned of the same.
        bool enforced = labels.Has($"{Prefix}enforce") && problems.TrueForAll(problem => !problem.Field.EndsWith("/enforce]", StringComparison.Ordinal));
        if (!labels.Has($"{Prefix}warn") && enforced && enforce.Level > warn.Level)
        {
            warn = new LevelVersion(enforce.Level, labels.Has($"{Prefix}warn-version") ? warn.Minor : enforce.Minor);
        }

        errors = problems;
        return new PodSecurityPolicy(enforce, warn);
    }

    private static LevelVersion ReadMode(JsonObject? labels, string mode, PodSecurityLevel whenWrong, List<FieldError> errors)
    {
        PodSecurityLevel level = PodSecurityLevel.Privileged;
        if (labels.Text($"{Prefix}{mode}") is { } name)
        {
            int index = LevelNames.ToList().IndexOf(name);
            level = index >= 0 ? (PodSecurityLevel)index : whenWrong;
            if (index < 0)
            {
                errors.Add(LabelError(mode, name, $"must be one of {string.Join(", ", LevelNames)}"));
            }
        }

        int? minor = null;
        if (labels.Text($"{Prefix}{mode}-version") is { } version and not "latest")
        {
            if (version.StartsWith("v1.", StringComparison.Ordinal) && int.TryParse(version.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                minor = number;
            }
            else
            {
                errors.Add(LabelError($"{mode}-version", version, "must be \"latest\" or \"v1.x\""));
            }
        }

        return new LevelVersion(level, minor);
    }

    private static FieldError LabelError(string label, string value, string detail) =>
        FieldError.Invalid($"metadata.labels[{Prefix}{label}]", value, detail);
}
