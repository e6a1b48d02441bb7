package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/miekg/dns"
)

// zones is what the server knows. Names in it are canonical: lower case, with the final dot.
type zones struct {
	mutex    sync.RWMutex
	byOrigin map[string]*zone
}

type zone struct {
	soa dns.RR
	// written is what the master file says, by name; updated is what updates have added.
	written map[string][]dns.RR
	updated map[string][]*dns.TXT
}

// read takes the master files of a folder in place of those read before. What updates have added to a zone stays for as
// long as the zone does.
func (z *zones) read(folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.zone"))
	if err != nil {
		return err
	}
	read := map[string]*zone{}
	for _, file := range files {
		origin := dns.CanonicalName(strings.TrimSuffix(filepath.Base(file), ".zone"))
		if read[origin], err = readZone(file, origin); err != nil {
			return err
		}
	}
	z.mutex.Lock()
	defer z.mutex.Unlock()
	for origin, zone := range read {
		if before := z.byOrigin[origin]; before != nil {
			zone.updated = before.updated
		}
	}
	z.byOrigin = read
	return nil
}

func readZone(file, origin string) (*zone, error) {
	reader, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	read := &zone{written: map[string][]dns.RR{}, updated: map[string][]*dns.TXT{}}
	parser := dns.NewZoneParser(reader, origin, file)
	for record, ok := parser.Next(); ok; record, ok = parser.Next() {
		name := dns.CanonicalName(record.Header().Name)
		if !dns.IsSubDomain(origin, name) {
			return nil, fmt.Errorf("%s: %s is not below %s", file, name, origin)
		}
		read.written[name] = append(read.written[name], record)
		if record.Header().Rrtype == dns.TypeSOA && name == origin {
			read.soa = record
		}
	}
	if err := parser.Err(); err != nil {
		return nil, err
	}
	if read.soa == nil {
		return nil, fmt.Errorf("%s: there is no SOA record of %s", file, origin)
	}
	return read, nil
}

// answer completes the reply to a question. A name without records of the type has a CNAME's answer, else none
// (RFC 2308, section 2).
func (z *zones) answer(question dns.Question, reply *dns.Msg) {
	z.mutex.RLock()
	defer z.mutex.RUnlock()
	name := dns.CanonicalName(question.Name)
	zone := z.above(name)
	if zone == nil {
		reply.Rcode = dns.RcodeNameError
		return
	}
	for _, record := range zone.at(name) {
		if kind := record.Header().Rrtype; kind == question.Qtype || kind == dns.TypeCNAME {
			reply.Answer = append(reply.Answer, record)
		}
	}
	if len(reply.Answer) > 0 {
		return
	}
	reply.Ns = []dns.RR{zone.soa}
	if !zone.exists(name) {
		reply.Rcode = dns.RcodeNameError
	}
}

// update does what a request says, or nothing of it (RFC 2136, section 3), and returns the response code. It takes no
// prerequisites, and no records but TXT, whose holder may add and delete them one by one.
func (z *zones) update(request *dns.Msg) int {
	z.mutex.Lock()
	defer z.mutex.Unlock()
	origin := dns.CanonicalName(request.Question[0].Name)
	zone := z.byOrigin[origin]
	if zone == nil {
		return dns.RcodeNotAuth
	}
	if len(request.Answer) > 0 {
		return dns.RcodeRefused
	}
	for _, record := range request.Ns {
		if !dns.IsSubDomain(origin, dns.CanonicalName(record.Header().Name)) {
			return dns.RcodeNotZone
		}
		_, text := record.(*dns.TXT)
		if class := record.Header().Class; !text || class != dns.ClassINET && class != dns.ClassNONE {
			return dns.RcodeRefused
		}
	}
	for _, record := range request.Ns {
		zone.change(record.(*dns.TXT))
	}
	return dns.RcodeSuccess
}

// change adds a record (class IN) or deletes one with this text (class NONE).
func (z *zone) change(record *dns.TXT) {
	name := dns.CanonicalName(record.Hdr.Name)
	others := slices.DeleteFunc(z.updated[name], func(other *dns.TXT) bool { return slices.Equal(other.Txt, record.Txt) })
	switch {
	case record.Hdr.Class == dns.ClassINET && !z.alias(name):
		z.updated[name] = append(others, record)
	case len(others) > 0:
		z.updated[name] = others
	default:
		delete(z.updated, name)
	}
}

// alias tells whether a name has a CNAME: other records that are added beside it are ignored without an error (RFC 2136,
// section 3.4.2.2).
func (z *zone) alias(name string) bool {
	return slices.ContainsFunc(z.written[name], func(record dns.RR) bool { return record.Header().Rrtype == dns.TypeCNAME })
}

// above returns the zone that a name is in: the one with the longest name.
func (z *zones) above(name string) *zone {
	for offset, end := 0, false; !end; offset, end = dns.NextLabel(name, offset) {
		if zone := z.byOrigin[name[offset:]]; zone != nil {
			return zone
		}
	}
	return nil
}

func (z *zone) at(name string) []dns.RR {
	records := slices.Clone(z.written[name])
	for _, text := range z.updated[name] {
		records = append(records, text)
	}
	return records
}

// exists tells whether a name has records, or has one with records below it.
func (z *zone) exists(name string) bool {
	for other := range z.written {
		if dns.IsSubDomain(name, other) {
			return true
		}
	}
	for other := range z.updated {
		if dns.IsSubDomain(name, other) {
			return true
		}
	}
	return false
}
