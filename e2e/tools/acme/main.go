// A DNS server for the tests of certificates. It is authoritative for the zones of a folder, keeps them in memory, and
// takes dynamic updates (RFC 2136) of TXT records from whoever signs with its key (TSIG, RFC 8945), as cert-manager does
// to answer DNS-01 challenges. Names outside of its zones do not exist. SIGHUP has it read the folder again.
package main

import (
	"flag"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/miekg/dns"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:53", "address to listen on, for UDP and TCP")
	folder := flag.String("zones", ".", "folder with a master file `<zone>.zone` (RFC 1035, section 5) for each zone")
	key := flag.String("tsig-key", "acme-key", "name of the TSIG key that updates are signed with")
	secret := flag.String("tsig-secret", "", "secret of the TSIG key, in base64")
	flag.Parse()

	zones := &zones{}
	if err := zones.read(*folder); err != nil {
		log.Fatal(err)
	}
	hangUp := make(chan os.Signal, 1)
	signal.Notify(hangUp, syscall.SIGHUP)
	go func() {
		for range hangUp {
			if err := zones.read(*folder); err != nil {
				log.Printf("the zones stay as they were: %v", err)
			}
		}
	}()

	ended := make(chan error)
	for _, network := range []string{"udp", "tcp"} {
		server := &dns.Server{
			Addr:          *listen,
			Net:           network,
			Handler:       dns.HandlerFunc(zones.serve),
			TsigSecret:    map[string]string{dns.CanonicalName(*key): *secret},
			MsgAcceptFunc: acceptUpdates,
		}
		go func() { ended <- server.ListenAndServe() }()
	}
	log.Fatal(<-ended)
}

// acceptUpdates lets updates pass, which the library refuses unless told otherwise.
func acceptUpdates(header dns.Header) dns.MsgAcceptAction {
	const response, opcode = 1 << 15, 0xF
	if header.Bits&response == 0 && int(header.Bits>>11)&opcode == dns.OpcodeUpdate {
		return dns.MsgAccept
	}
	return dns.DefaultMsgAcceptFunc(header)
}

// serve answers one message.
func (z *zones) serve(w dns.ResponseWriter, request *dns.Msg) {
	reply := new(dns.Msg).SetReply(request)
	reply.Authoritative = true
	if len(request.Question) != 1 {
		reply.Rcode = dns.RcodeFormatError
	} else if request.Opcode == dns.OpcodeUpdate {
		reply.Rcode = z.signedUpdate(w, request)
	} else {
		z.answer(request.Question[0], reply)
	}
	if tsig := request.IsTsig(); tsig != nil && w.TsigStatus() == nil {
		reply.SetTsig(tsig.Hdr.Name, tsig.Algorithm, tsig.Fudge, time.Now().Unix())
	}
	log.Print(oneLine(request, reply))
	if err := w.WriteMsg(reply); err != nil {
		log.Print(err)
	}
}

// signedUpdate carries out an update that is signed with our key, and says how that went.
func (z *zones) signedUpdate(w dns.ResponseWriter, request *dns.Msg) int {
	if request.IsTsig() == nil {
		return dns.RcodeRefused
	}
	if w.TsigStatus() != nil {
		return dns.RcodeNotAuth
	}
	return z.update(request)
}

func oneLine(request, reply *dns.Msg) string {
	line := dns.OpcodeToString[request.Opcode]
	for _, question := range request.Question {
		line += " " + dns.TypeToString[question.Qtype] + " " + question.Name
	}
	for _, record := range append(request.Ns, reply.Answer...) {
		line += " | " + record.String()
	}
	return line + " -> " + dns.RcodeToString[reply.Rcode]
}
