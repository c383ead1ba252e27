using System.Collections.ObjectModel;
using System.Management.Automation;
using EphemeralDebug.FeatureGates;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <summary>
/// Sets a feature gate in the files of a node or a control plane: a KubeletConfiguration, the kubelet's environment file,
/// the static pod manifests of kube-apiserver and kube-scheduler. Ephemeral containers need it on Kubernetes 1.16 to 1.22.
/// </summary>
[Cmdlet(VerbsCommon.Set, "EphemeralFeatureGate", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = PathSet)]
[OutputType(typeof(FeatureGateChange))]
public sealed class SetEphemeralFeatureGateCommand : PSCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string FileSystem = "FileSystem";

    /// <summary>The files; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files; no character is a wildcard.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The gate.</summary>
    [Parameter(Position = 1)]
    [ValidatePattern("^[A-Za-z][A-Za-z0-9]*$")]
    public string Gate { get; set; } = GateHistory.EphemeralContainers;

    /// <summary>Whether the gate is to be on.</summary>
    [Parameter]
    public bool Value { get; set; } = true;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string given in ParameterSetName == PathSet ? Path : LiteralPath)
        {
            foreach (string path in Resolve(given))
            {
                try
                {
                    SetIn(path);
                }
                catch (EphemeralDebugException exception)
                {
                    WriteError(ErrorRecords.From(exception, given));
                }
            }
        }
    }

    private void SetIn(string path)
    {
        FeatureGatePlan plan = FeatureGateSetter.Plan(path, Gate, Value);
        if (plan.Warning is { } warning)
        {
            WriteWarning(warning);
        }

        if (!plan.IsChange)
        {
            WriteVerbose($"'{plan.File.Path}' says {Gate}={Value} already; nothing is written.");
        }
        else if (!ShouldProcess(Describe(plan), Describe(plan), "Set-EphemeralFeatureGate"))
        {
            return;
        }

        FeatureGateChange change = FeatureGateSetter.Apply(plan, TimeProvider.System);
        if (change.NextStep.Length > 0)
        {
            WriteVerbose(change.NextStep);
        }

        WriteObject(change);
    }

    private string Describe(FeatureGatePlan plan) =>
        $"Set feature gate {Gate} to {(Value ? "true" : "false")} in '{ControlCharacters.MakeVisible(plan.File.Path)}':\n"
        + ControlCharacters.MakeVisible(plan.Diff.ReplaceLineEndings("\n"));

    private IEnumerable<string> Resolve(string given)
    {
        try
        {
            if (ParameterSetName == LiteralPathSet)
            {
                string literal = SessionState.Path.GetUnresolvedProviderPathFromPSPath(given, out ProviderInfo of, out _);
                return of.Name == FileSystem ? [literal] : throw FeatureGateErrors.NotAFile(given);
            }

            Collection<string> paths = GetResolvedProviderPathFromPSPath(given, out ProviderInfo provider);
            return provider.Name == FileSystem ? paths : throw FeatureGateErrors.NotAFile(given);
        }
        catch (ItemNotFoundException)
        {
            WriteError(ErrorRecords.From(FeatureGateErrors.NotThere(given), given));
        }
        catch (EphemeralDebugException exception)
        {
            WriteError(ErrorRecords.From(exception, given));
        }

        return [];
    }
}
