using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.AspNetCore.Audit;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>Whatever somebody does to a log without its key is found.</summary>
public sealed class AuditVerifierTests : IAsyncLifetime
{
    private readonly AuditLab _lab = new();
    private readonly List<AuditCheckpoint> _heads = [];
    private List<string> _lines = [];
    private byte[] _key = [];

    public async ValueTask InitializeAsync()
    {
        await using (AuditTrail trail = await _lab.OpenAsync())
        {
            for (int i = 0; i < 12; i++)
            {
                await trail.RecordAsync(AuditLab.Change($"record {i}"), TestContext.Current.CancellationToken);
                _heads.Add(trail.Current.ShouldNotBeNull());
            }
        }

        _lines = AuditLab.Lines(_lab.Log);
        _key = _lab.Key;
    }

    public ValueTask DisposeAsync()
    {
        _lab.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_log_as_it_was_written_is_intact_up_to_every_checkpoint()
    {
        var intact = _lab.Verify(_heads).ShouldBeOfType<AuditVerdict.Intact>();
        intact.Records.ShouldBe(13);
        intact.Head.ShouldBe(_heads[^1]);
    }

    [Fact]
    public void Any_changed_octet_is_found() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).Two().ToArbitrary(), pair =>
        {
            byte[] log = Written(_lines);
            int at = pair.Item1 % log.Length;
            log[at] ^= (byte)(1 << (pair.Item2 % 8));
            return Verdict(log) switch
            {
                // The last line end made a partial line of the last record: with the checkpoint the cut shows.
                AuditVerdict.Intact => false,
                AuditVerdict.Broken broken => broken.Line <= _lines.Count + 1,
                _ => false,
            };
        }));

    [Fact]
    public void Any_bit_of_the_first_line_that_is_changed_is_found()
    {
        // The first line alone is read as JSON, and its end by its place: its bits are few enough for all of them.
        byte[] log = Written(_lines[..1]);
        for (int bit = 0; bit < log.Length * 8; bit++)
        {
            byte[] changed = [.. log];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Verdict(changed).ShouldBeOfType<AuditVerdict.Broken>($"bit {bit % 8} of octet {bit / 8}");
        }
    }

    [Fact]
    public void Any_removed_line_is_found()
    {
        for (int i = 0; i < _lines.Count; i++)
        {
            Verdict([.. _lines[..i], .. _lines[(i + 1)..]]).ShouldBeOfType<AuditVerdict.Broken>();
        }
    }

    [Fact]
    public void Any_two_lines_in_the_other_order_are_found()
    {
        for (int i = 1; i < _lines.Count; i++)
        {
            List<string> moved = [.. _lines];
            (moved[i - 1], moved[i]) = (moved[i], moved[i - 1]);
            Verdict(moved).ShouldBeOfType<AuditVerdict.Broken>();
        }
    }

    [Fact]
    public void A_line_that_is_there_twice_is_found() =>
        Verdict([.. _lines[..5], _lines[4], .. _lines[5..]]).ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.SequenceBroken);

    [Fact]
    public void Any_cut_end_is_found_against_a_checkpoint()
    {
        for (int left = 1; left < _lines.Count; left++)
        {
            Verdict(_lines[..left]).ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.Truncated);
        }
    }

    [Fact]
    public void Nothing_at_all_is_found_against_a_checkpoint() =>
        AuditVerifier.Verify([], _key, _heads).ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.Truncated);

    [Fact]
    public async Task A_log_written_anew_with_the_key_is_found_against_a_checkpoint()
    {
        using var other = new AuditLab();
        File.Copy(_lab.KeyFile, other.KeyFile);
        await using (AuditTrail trail = await other.OpenAsync())
        {
            for (int i = 0; i < 20; i++)
            {
                await trail.RecordAsync(AuditLab.Change("another story"), TestContext.Current.CancellationToken);
            }
        }

        other.Verify().ShouldBeOfType<AuditVerdict.Intact>();
        other.Verify(_heads).ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.CheckpointMismatch);
    }

    [Fact]
    public void Another_key_verifies_nothing() =>
        AuditVerifier.Verify([_lab.Log], new byte[32], []).ShouldBeOfType<AuditVerdict.Broken>();

    [Fact]
    public void Two_checkpoints_that_contradict_each_other_are_found() =>
        _lab.Verify(_heads[3], _heads[3] with { Head = Octets.Of(new byte[32]) }).ShouldBeOfType<AuditVerdict.Broken>();

    [Fact]
    public async Task A_file_that_is_missing_between_two_is_found_and_a_beginning_that_a_checkpoint_knows_is_not_missed()
    {
        using var lab = new AuditLab();
        await using (AuditTrail trail = await lab.OpenAsync(o => (o.MaxFileBytes, o.CheckpointFile) = (65_536, Path.Combine(lab.Folder, "heads"))))
        {
            for (int i = 0; i < 250; i++)
            {
                await trail.RecordAsync(AuditLab.Change(new string('y', 1_000)), TestContext.Current.CancellationToken);
            }
        }

        string[] files = [.. lab.Files];
        files.Length.ShouldBeGreaterThan(3);
        AuditVerifier.Verify([files[0], .. files[2..]], lab.Key, []).ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.SequenceBroken);
        AuditVerifier.Verify(files[1..], lab.Key, []).ShouldBeOfType<AuditVerdict.Broken>().Fault.ShouldBe(AuditFault.BeginningMissing);

        var first = AuditVerifier.Verify([files[0]], lab.Key, []).ShouldBeOfType<AuditVerdict.Intact>();
        AuditVerifier.Verify(files[1..], lab.Key, [first.Head]).ShouldBeOfType<AuditVerdict.Intact>();
    }

    [Fact]
    public void No_octets_make_the_verifier_throw() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets => Verdict([.. Written(_lines[..2]), .. octets, (byte)'\n']) is AuditVerdict.Broken));

    [Fact]
    public void A_checkpoint_reads_what_it_writes_and_nothing_else()
    {
        AuditCheckpoint.TryParse(_heads[4].ToString(), out AuditCheckpoint back).ShouldBeTrue();
        back.ShouldBe(_heads[4]);
        foreach (string? text in (string?[])[null, "", "sallyport-audit:1:", _heads[4] + " ", _heads[4].ToString().Replace(":6:", ":06:", StringComparison.Ordinal), "sallyport-audit:2" + _heads[4].ToString()[17..]])
        {
            AuditCheckpoint.TryParse(text, out _).ShouldBeFalse(text);
        }
    }

    private AuditVerdict Verdict(List<string> lines) => Verdict(Written(lines));

    private AuditVerdict Verdict(byte[] log)
    {
        string file = Path.Combine(_lab.Folder, $"{Guid.NewGuid():N}");
        File.WriteAllBytes(file, log);
        return AuditVerifier.Verify([file], _key, _heads);
    }

    private static byte[] Written(List<string> lines) => [.. lines.SelectMany(static line => (IEnumerable<byte>)System.Text.Encoding.UTF8.GetBytes(line + "\n"))];
}
