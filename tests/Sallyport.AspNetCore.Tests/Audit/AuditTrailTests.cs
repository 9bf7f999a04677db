using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Tests.Lockout;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>The log as a file: what is acknowledged is in it, in order, over restarts, rotations and a disk that says no.</summary>
public sealed class AuditTrailTests : IDisposable
{
    private static readonly DateTimeOffset _start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly AuditLab _lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_record_is_in_the_file_when_it_is_acknowledged()
    {
        await using AuditTrail trail = await _lab.OpenAsync();
        await trail.RecordAsync(AuditLab.Refusal(detail: "first"), Token);
        _lab.Records().Select(Reason).ShouldBe([AuditReasons.AuditOpened, AuditReasons.CertificateMissing]);
        await trail.RecordAsync(AuditLab.Change("second"), Token);
        _lab.Records()[^1].GetProperty("detail").GetString().ShouldBe("second");
        trail.Current.ShouldNotBeNull().Sequence.ShouldBe(3);
    }

    [Fact]
    public async Task Everything_that_many_threads_record_at_once_is_there_once_and_in_one_chain()
    {
        await using (AuditTrail trail = await _lab.OpenAsync(o => o.FlushToDisk = true))
        {
            await Parallel.ForAsync(0, 2_000, Token, async (i, stop) => await trail.RecordAsync(AuditLab.Change($"{i}"), stop));
            List<string?> details = [.. _lab.Records().Where(static r => Reason(r) == AuditReasons.ConnectionClosed).Select(static r => r.GetProperty("detail").GetString())];
            details.Count.ShouldBe(2_000);
            details.Distinct().Count().ShouldBe(2_000);
        }

        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().Records.ShouldBe(2_001);
    }

    [Fact]
    public async Task A_note_never_waits_and_is_written_before_the_log_is_closed()
    {
        await using (AuditTrail trail = await _lab.OpenAsync())
        {
            trail.Note(AuditLab.Change("noted"));
        }

        _lab.Records()[^1].GetProperty("detail").GetString().ShouldBe("noted");
    }

    [Fact]
    public async Task A_full_queue_costs_a_note_its_record_but_not_its_trace()
    {
        await using (AuditTrail trail = await _lab.OpenAsync(o => o.QueueLength = 16))
        {
            for (int i = 0; i < 20_000; i++)
            {
                trail.Note(AuditLab.Change());
            }

            await trail.RecordAsync(AuditLab.Change("the end"), Token);
            await trail.RecordAsync(AuditLab.Change("behind it"), Token);
        }

        List<JsonElement> records = _lab.Records();
        long written = records.Count(static r => Reason(r) == AuditReasons.ConnectionClosed) - 2;
        long lost = records.Where(static r => Reason(r) == AuditReasons.AuditLost).Sum(static r => r.GetProperty("repeats").GetInt64());
        (written + lost).ShouldBe(20_000);
    }

    [Fact]
    public async Task The_chain_goes_on_over_a_restart()
    {
        await using (AuditTrail first = await _lab.OpenAsync())
        {
            await first.RecordAsync(AuditLab.Change("before"), Token);
        }

        await using (AuditTrail second = await _lab.OpenAsync())
        {
            await second.RecordAsync(AuditLab.Change("after"), Token);
        }

        _lab.Records().Select(static r => r.GetProperty("seq").GetInt64()).ShouldBe([1, 2, 3, 4]);
        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().Records.ShouldBe(4);
    }

    [Fact]
    public async Task A_partial_last_line_is_cut_named_and_continued()
    {
        await using (AuditTrail first = await _lab.OpenAsync())
        {
            await first.RecordAsync(AuditLab.Change("whole"), Token);
        }

        await File.AppendAllTextAsync(_lab.Log, "{\"seq\":3,\"time\":\"2026-", Token);
        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().PartialBytes.ShouldBe(22);
        await using (AuditTrail second = await _lab.OpenAsync())
        {
            await second.RecordAsync(AuditLab.Change("after"), Token);
        }

        _lab.Records().Select(Reason).ShouldBe(
            [AuditReasons.AuditOpened, AuditReasons.ConnectionClosed, AuditReasons.AuditOpened, AuditReasons.AuditRecovered, AuditReasons.ConnectionClosed]);
        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().PartialBytes.ShouldBe(0);
    }

    [Fact]
    public async Task A_log_that_was_changed_meanwhile_is_set_aside_and_named()
    {
        await using (AuditTrail first = await _lab.OpenAsync())
        {
            await first.RecordAsync(AuditLab.Change("the truth"), Token);
            await first.RecordAsync(AuditLab.Change("more"), Token);
        }

        await File.WriteAllTextAsync(_lab.Log, (await File.ReadAllTextAsync(_lab.Log, Token)).Replace("the truth", "the lie!!", StringComparison.Ordinal), Token);
        await using (AuditTrail second = await _lab.OpenAsync())
        {
            await second.RecordAsync(AuditLab.Change("after"), Token);
        }

        _lab.Records().Select(Reason).ShouldContain(AuditReasons.AuditBroken);
        Directory.GetFiles(_lab.Folder, "*.broken-1").ShouldHaveSingleItem();
        _lab.Verify().ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.BeginningMissing);
    }

    [Fact]
    public async Task A_new_file_is_begun_by_size_and_the_chain_is_carried_over()
    {
        await using (AuditTrail trail = await _lab.OpenAsync(o => o.MaxFileBytes = 65_536))
        {
            for (int i = 0; i < 200; i++)
            {
                await trail.RecordAsync(AuditLab.Change(new string('x', 1_000)), Token);
            }
        }

        _lab.Files.Count.ShouldBeGreaterThan(2);
        long opened = _lab.Records().Count(static r => Reason(r) is AuditReasons.AuditOpened or AuditReasons.AuditRotated);
        opened.ShouldBe(_lab.Files.Count);
        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().Records.ShouldBe(200 + opened);
    }

    [Fact]
    public async Task The_chain_goes_on_when_the_process_ended_between_two_files()
    {
        await using (AuditTrail trail = await _lab.OpenAsync())
        {
            await trail.RecordAsync(AuditLab.Change("closed"), Token);
        }

        File.Move(_lab.Log, AuditFiles.ClosedName(_lab.Log, 1));
        await using (AuditTrail trail = await _lab.OpenAsync())
        {
            await trail.RecordAsync(AuditLab.Change("next"), Token);
        }

        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().Records.ShouldBe(4);
    }

    [Fact]
    public async Task A_disk_that_says_no_refuses_and_a_disk_that_is_back_says_how_many_were_lost()
    {
        await using (AuditTrail trail = await _lab.OpenAsync(o => o.MaxFileBytes = 65_536))
        {
            string inTheWay = AuditFiles.ClosedName(_lab.Log, 1);
            Directory.CreateDirectory(inTheWay);
            int acknowledged = 0;
            AuditUnavailableException? refused = null;
            while (refused is null && acknowledged < 1_000)
            {
                try
                {
                    await trail.RecordAsync(AuditLab.Change(new string('x', 1_000)), Token);
                    acknowledged++;
                }
                catch (AuditUnavailableException e)
                {
                    refused = e;
                }
            }

            refused.ShouldNotBeNull().InnerException.ShouldBeAssignableTo<IOException>();
            Directory.Delete(inTheWay);
            await trail.RecordAsync(AuditLab.Change("it is back"), Token);
            List<JsonElement> records = _lab.Records();
            records.Count(static r => Reason(r) == AuditReasons.ConnectionClosed).ShouldBe(acknowledged + 1);
            records.Single(static r => Reason(r) == AuditReasons.AuditLost).GetProperty("repeats").GetInt64().ShouldBe(1);
        }

        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>();
    }

    [Fact]
    public async Task On_the_unsafe_option_a_disk_that_says_no_is_counted_only()
    {
        await using AuditTrail trail = await _lab.OpenAsync(o => (o.MaxFileBytes, o.UnsafeContinueWithoutRecords) = (65_536, true));
        Directory.CreateDirectory(AuditFiles.ClosedName(_lab.Log, 1));
        for (int i = 0; i < 100; i++)
        {
            await trail.RecordAsync(AuditLab.Change(new string('x', 1_000)), Token);
        }

        _lab.Records().Count.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Two_processes_never_write_one_log()
    {
        await using AuditTrail first = await _lab.OpenAsync();
        await using AuditTrail second = _lab.Make();
        Should.Throw<AuditUnavailableException>(() => second.StartingAsync(Token));
    }

    [Fact]
    public async Task The_key_is_made_once_for_its_owner_only_and_one_that_others_can_read_is_refused()
    {
        await (await _lab.OpenAsync()).DisposeAsync();
        File.GetUnixFileMode(_lab.KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(_lab.Log).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] key = _lab.Key;
        await (await _lab.OpenAsync()).DisposeAsync();
        _lab.Key.ShouldBe(key);

        File.SetUnixFileMode(_lab.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        (await Should.ThrowAsync<AuditUnavailableException>(() => _lab.OpenAsync())).Message.ShouldContain("chmod 600");
    }

    [Fact]
    public async Task Records_without_their_key_are_not_continued_with_another()
    {
        await (await _lab.OpenAsync()).DisposeAsync();
        File.Delete(_lab.KeyFile);
        await Should.ThrowAsync<AuditUnavailableException>(() => _lab.OpenAsync());
        File.Exists(_lab.KeyFile).ShouldBeFalse();
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("zzz not a key zzz!")]
    public async Task A_key_from_the_environment_that_is_none_is_refused_without_showing_it(string text)
    {
        string variable = $"SALLYPORT_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, text);
        string message = (await Should.ThrowAsync<AuditUnavailableException>(() => _lab.OpenAsync(o => o.KeyVariable = variable))).Message;
        message.ShouldNotContain(text);
        File.Exists(_lab.KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cut_end_shows_at_the_next_start_when_checkpoints_were_exported()
    {
        string checkpoints = Path.Combine(_lab.Folder, "elsewhere");
        await using (AuditTrail trail = await _lab.OpenAsync(o => o.CheckpointFile = checkpoints))
        {
            await trail.RecordAsync(AuditLab.Change("kept"), Token);
            await trail.RecordAsync(AuditLab.Change("cut off"), Token);
        }

        List<string> lines = AuditLab.Lines(_lab.Log);
        await File.WriteAllTextAsync(_lab.Log, string.Join('\n', lines[..^1]) + "\n", Token);
        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>();
        _lab.Verify((await File.ReadAllLinesAsync(checkpoints, Token)).Select(Checkpoint)).ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.Truncated);
        await (await _lab.OpenAsync(o => o.CheckpointFile = checkpoints)).DisposeAsync();
        _lab.Records().Select(Reason).ShouldContain(AuditReasons.AuditTruncated);
    }

    [Fact]
    public async Task A_flood_of_equal_refusals_is_a_few_records_and_a_number()
    {
        var time = new SteppedTime(_start);
        await using (AuditTrail trail = await _lab.OpenAsync(o => o.RepeatsRecorded = 3, time))
        {
            for (int i = 0; i < 1_000; i++)
            {
                await trail.RecordAsync(AuditLab.Refusal(), Token);
            }

            time.Step(TimeSpan.FromMinutes(1));
            await trail.RecordAsync(AuditLab.Change("after the window"), Token);
        }

        List<JsonElement> records = _lab.Records();
        records.Count(static r => Reason(r) == AuditReasons.CertificateMissing).ShouldBe(3);
        JsonElement summary = records.Single(static r => Reason(r) == $"{AuditReasons.AuditRepeated}:{AuditReasons.CertificateMissing}");
        summary.GetProperty("repeats").GetInt64().ShouldBe(997);
    }

    [Fact]
    public async Task What_was_only_counted_is_summed_up_when_the_log_is_closed()
    {
        await using (AuditTrail trail = await _lab.OpenAsync(o => o.RepeatsRecorded = 1))
        {
            await trail.RecordAsync(AuditLab.Refusal(), Token);
            await trail.RecordAsync(AuditLab.Refusal(), Token);
        }

        _lab.Records()[^1].GetProperty("repeats").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task After_the_end_nothing_is_acknowledged()
    {
        AuditTrail trail = await _lab.OpenAsync();
        await trail.DisposeAsync();
        await Should.ThrowAsync<AuditUnavailableException>(() => trail.RecordAsync(AuditLab.Change(), Token).AsTask());
    }

    private static string? Reason(JsonElement record) => record.GetProperty("reason").GetString();

    private static AuditCheckpoint Checkpoint(string line)
    {
        AuditCheckpoint.TryParse(line, out AuditCheckpoint checkpoint).ShouldBeTrue();
        return checkpoint;
    }
}
