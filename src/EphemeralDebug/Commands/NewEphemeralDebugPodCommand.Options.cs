using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using EphemeralDebug.Debugging;
using EphemeralDebug.Debugging.Pods;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <content>What the pod is to be like.</content>
public sealed partial class NewEphemeralDebugPodCommand
{
    private JsonObject? _customProfile;

    /// <summary>The image of the container to debug in. A copy needs none that only changes what is there.</summary>
    [Parameter(Position = 1)]
    [AllowEmptyString]
    public string Image { get; set; } = "";

    /// <summary>
    /// The container to debug in: a new one, or in a copy one of the pod's own, which is then changed. Where none is
    /// given: a new one of a random name, on a node <c>debugger</c>.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>
    /// What to run in place of the image's entry point, argument by argument. Without it a new container waits to be
    /// entered. With -Enter a new container waits and this runs in the terminal.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Command { get; set; }

    /// <summary>Arguments for the image's own entry point.</summary>
    [Parameter]
    [Alias("Args")]
    [ValidateNotNullOrEmpty]
    public string[]? ArgumentList { get; set; }

    /// <summary>Run what the image is made to run, in place of waiting to be entered.</summary>
    [Parameter]
    public SwitchParameter ImageCommand { get; set; }

    /// <summary>Environment variables, in place of all that a container of the pod's own has.</summary>
    [Parameter]
    [Alias("Env")]
    [ValidateNotNull]
    public IDictionary? Environment { get; set; }

    /// <summary>When the image is pulled; the server's own rule where none is given.</summary>
    [Parameter]
    public ImagePullPolicy? ImagePullPolicy { get; set; }

    /// <summary>The security settings of the container and of the pod, by kubectl's names.</summary>
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

    /// <summary>Keep the container's standard input open.</summary>
    [Parameter]
    public SwitchParameter Stdin { get; set; }

    /// <summary>Give the container a terminal; needs -Stdin.</summary>
    [Parameter]
    public SwitchParameter Tty { get; set; }

    /// <summary>New images of the pod's own containers, by container name; <c>*</c> for all that are not named.</summary>
    [Parameter(ParameterSetName = CopySet)]
    [ValidateNotNull]
    public IDictionary? SetImage { get; set; }

    /// <summary>
    /// Let the containers of the copy see each other's processes. They do where nothing is said, unless the pod itself
    /// forbids it or the profile is Legacy.
    /// </summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter ShareProcesses { get; set; }

    /// <summary>Run the copy on the pod's node, past the scheduler.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter SameNode { get; set; }

    /// <summary>Delete the pod at once, with no grace period, when its copy has been created. It cannot be taken back.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter Replace { get; set; }

    /// <summary>Keep the pod's labels, by which services and controllers find it.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter KeepLabels { get; set; }

    /// <summary>Keep the pod's annotations.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter KeepAnnotations { get; set; }

    /// <summary>Keep the liveness probes.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter KeepLiveness { get; set; }

    /// <summary>Keep the readiness probes.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter KeepReadiness { get; set; }

    /// <summary>Keep the startup probes.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public SwitchParameter KeepStartup { get; set; }

    /// <summary>Keep the init containers, as is done unless this is <c>$false</c>.</summary>
    [Parameter(ParameterSetName = CopySet)]
    public bool KeepInitContainers { get; set; } = true;

    private bool Attaches => Attach || Stdin;

    private void ReadCustomProfile()
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

    private PodCopyOptions CreateCopyOptions() => new()
    {
        Container = CreateContainerOptions(),
        Name = CopyTo,
        SetImages = NameValues.Read(SetImage).ToDictionary(StringComparer.Ordinal),
        ShareProcesses = MyInvocation.BoundParameters.ContainsKey(nameof(ShareProcesses)) ? ShareProcesses.ToBool() : null,
        SameNode = SameNode,
        Replace = Replace,
        Keep = CreateKeptParts(),
    };

    private KeptParts CreateKeptParts()
    {
        KeptParts Kept(bool asked, KeptParts part) => asked ? part : KeptParts.None;
        return Kept(KeepLabels, KeptParts.Labels)
            | Kept(KeepAnnotations, KeptParts.Annotations)
            | Kept(KeepLiveness, KeptParts.LivenessProbes)
            | Kept(KeepReadiness, KeptParts.ReadinessProbes)
            | Kept(KeepStartup, KeptParts.StartupProbes)
            | Kept(KeepInitContainers, KeptParts.InitContainers);
    }

    private PodContainerOptions CreateContainerOptions()
    {
        // With a shell the command is the shell's, but for a container that is there already: it is changed to run it.
        bool commandIsItsOwn = Command is not null && (!Enter || Attaches);
        return new PodContainerOptions
        {
            Image = Image,
            Name = Container,
            Command = Command ?? [],
            Arguments = ArgumentList ?? [],
            Waits = !commandIsItsOwn && ArgumentList is null && !ImageCommand && !Attaches,
            Environment = NameValues.Read(Environment),
            PullPolicy = ImagePullPolicy,
            Stdin = Stdin || Attach,
            Tty = Tty || Attach,
            Profile = Profile,
            CustomProfile = _customProfile,
        };
    }
}
