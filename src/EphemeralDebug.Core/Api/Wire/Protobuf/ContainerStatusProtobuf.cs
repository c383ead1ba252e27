namespace EphemeralDebug.Api.Wire.Protobuf;

/// <summary>Reads what the kubelet reports of containers.</summary>
internal static class ContainerStatusProtobuf
{
    public static ContainerStatus Read(ProtobufReader reader)
    {
        var status = new ContainerStatus();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    status.Name = reader.ReadText();
                    break;
                case 2:
                    status.State = ReadState(reader.ReadMessage());
                    break;
                case 3:
                    status.LastState = ReadState(reader.ReadMessage());
                    break;
                case 4:
                    status.Ready = reader.ReadFlag();
                    break;
                case 5:
                    status.RestartCount = (int)reader.ReadNumber();
                    break;
                case 6:
                    status.Image = reader.ReadText();
                    break;
                case 7:
                    status.ImageId = reader.ReadText();
                    break;
                case 8:
                    status.ContainerId = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return status;
    }

    private static ContainerStateUnion ReadState(ProtobufReader reader)
    {
        var state = new ContainerStateUnion();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    state.Waiting = ReadWaiting(reader.ReadMessage());
                    break;
                case 2:
                    state.Running = ReadRunning(reader.ReadMessage());
                    break;
                case 3:
                    state.Terminated = ReadTerminated(reader.ReadMessage());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return state;
    }

    private static WaitingState ReadWaiting(ProtobufReader reader)
    {
        var state = new WaitingState();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    state.Reason = reader.ReadText();
                    break;
                case 2:
                    state.Message = reader.ReadText();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return state;
    }

    private static RunningState ReadRunning(ProtobufReader reader)
    {
        var state = new RunningState();
        while (reader.TryReadField(out int number))
        {
            if (number == 1)
            {
                state.StartedAt = TimeProtobuf.Read(reader.ReadMessage());
            }
            else
            {
                reader.Skip();
            }
        }

        return state;
    }

    private static TerminatedState ReadTerminated(ProtobufReader reader)
    {
        var state = new TerminatedState();
        while (reader.TryReadField(out int number))
        {
            switch (number)
            {
                case 1:
                    state.ExitCode = reader.ReadNumber();
                    break;
                case 2:
                    // Always written, and 0 where JSON leaves it out.
                    state.Signal = (int)reader.ReadNumber() is var signal and not 0 ? signal : null;
                    break;
                case 3:
                    state.Reason = reader.ReadText();
                    break;
                case 4:
                    state.Message = reader.ReadText();
                    break;
                case 5:
                    state.StartedAt = TimeProtobuf.Read(reader.ReadMessage());
                    break;
                case 6:
                    state.FinishedAt = TimeProtobuf.Read(reader.ReadMessage());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return state;
    }
}
