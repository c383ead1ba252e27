using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;

namespace EphemeralDebug.Pipeline;

/// <content>What the container is to be like.</content>
public abstract partial class AddingCmdlet
{
    private JsonObject? _customProfile;

    /// <summary>
    /// The image. Where none is given: busybox on Linux nodes, and on Windows nodes the nanoserver that fits their
    /// version.
    /// </summary>
    [Parameter]
    [AllowEmptyString]
    public virtual string? Image { get; set; }

    /// <summary>The container of the pod whose processes the new one sees.</summary>
    [Parameter]
    [Alias("TargetContainer")]
    [ValidateNotNullOrEmpty]
    public string? Target { get; set; }

    /// <summary>Environment variables.</summary>
    [Parameter]
    [Alias("Env")]
    [ValidateNotNull]
    public IDictionary? Environment { get; set; }

    /// <summary>
    /// Take over the environment that is defined for the target, or without a target for the pod's default container.
    /// What -Environment names is stronger.
    /// </summary>
    [Parameter]
    public SwitchParameter CopyEnvironment { get; set; }

    /// <summary>
    /// Mount the volumes that the target has mounted, or without a target the pod's default container, at the same
    /// paths. Mounts of a sub-path cannot be had and are left out with a warning.
    /// </summary>
    [Parameter]
    public SwitchParameter CopyVolumeMount { get; set; }

    /// <summary>When the image is pulled; the server's own rule where none is given.</summary>
    [Parameter]
    public ImagePullPolicy? ImagePullPolicy { get; set; }

    /// <summary>
    /// The security settings, by kubectl's names; Auto for the most useful ones that the server allows. General where none
    /// are given, on Windows none.
    /// </summary>
    [Parameter]
    public DebugProfile Profile { get; set; } = DebugProfile.General;

    /// <summary>
    /// A part of a container that is merged over the profile's result: a hashtable or object, the path of a JSON or YAML
    /// file, or such text.
    /// </summary>
    [Parameter]
    [Alias("Custom")]
    [ValidateNotNull]
    public object? CustomProfile { get; set; }

    /// <summary>The number of the user to run as, whatever the profiles say.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public long? RunAsUser { get; set; }

    /// <summary>The number of the group to run as, whatever the profiles say.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public long? RunAsGroup { get; set; }

    /// <summary>
    /// Run as the user and group of the target, or without a target of the pod's default container: they may read its files
    /// without further rights.
    /// </summary>
    [Parameter]
    public SwitchParameter RunAsTarget { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _customProfile = CustomProfile is null ? null : CustomProfileReader.Read(CustomProfile, this);
        }
        catch (EphemeralDebugException exception)
        {
            throw Terminate(ErrorRecords.From(exception, CustomProfile));
        }
    }

    /// <summary>What was asked of the container; it waits to be entered unless the caller makes it run something.</summary>
    private protected virtual ContainerOptions CreateOptions() => new()
    {
        Image = Image,
        Target = Target,
        WaitingId = WaitingCommand.NewId(),
        Environment = ReadEnvironment(),
        PullPolicy = ImagePullPolicy,
        Profile = MyInvocation.BoundParameters.ContainsKey(nameof(Profile)) ? Profile : null,
        CustomProfile = _customProfile,
        RunAsUser = RunAsUser,
        RunAsGroup = RunAsGroup,
        RunAsTarget = RunAsTarget,
        CopyEnvironment = CopyEnvironment,
        CopyVolumeMounts = CopyVolumeMount,
    };

    private KeyValuePair<string, string>[] ReadEnvironment()
    {
        if (Environment is null)
        {
            return [];
        }

        var variables = new List<KeyValuePair<string, string>>(Environment.Count);
        foreach (DictionaryEntry entry in Environment)
        {
            variables.Add(new(
                LanguagePrimitives.ConvertTo<string>(entry.Key),
                LanguagePrimitives.ConvertTo<string>(entry.Value) ?? ""));
        }

        return [.. variables];
    }
}
